package org.kiln.ipld.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Car;
import org.kiln.ipld.event.EventDecoder.Blocks;
import org.kiln.ipld.event.EventDecoder.Origin;

/**
 * One event in a CAR, as Recon and {@code /ceramic/events} carry it. Thread-safe.
 *
 * <p>Refusals use ceramic-one's words, which its clients know.
 */
public final class EventCar {
  private EventCar() {}

  /**
   * Reads the event that is the archive's first root; blocks in any order, others are passed over.
   *
   * @throws CodecException when the archive is none, or does not hold all of an event
   */
  public static DecodedEvent read(byte[] car) throws CodecException {
    Car archive = Car.read(car);
    if (archive.roots().isEmpty()) {
      throw new CodecException("CAR data should have at least one root");
    }
    Map<Cid, Block> blocks = HashMap.newHashMap(archive.blocks().size());
    for (Block block : archive.blocks()) {
      blocks.put(block.cid(), block);
    }
    return read(archive.roots().get(0), Blocks.of(blocks));
  }

  /**
   * Reads an event from blocks that are to be all of it, as those of an archive are.
   *
   * @throws CodecException when they are not
   */
  public static DecodedEvent read(Cid root, Blocks blocks) throws CodecException {
    DecodedEvent event = EventDecoder.decode(root, blocks, Origin.CAR);
    requireModel(event);
    return event;
  }

  /** A model that is no StreamID leaves the event without a place in the order of EventIds. */
  private static void requireModel(DecodedEvent event) throws CodecException {
    if (!(event.event() instanceof Event.Init init)) {
      return;
    }
    Optional<Ipld.Bytes> model = InitHeader.of(init).metadata().modelBytes();
    if (model.isPresent()) {
      try {
        StreamId.of(model.get().value());
      } catch (IllegalArgumentException e) {
        throw new CodecException("Event " + init.cid() + ": header.model: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Reads an archive in multibase text of any base.
   *
   * @throws CodecException when the text is no multibase, or see {@link #read}
   */
  public static DecodedEvent readText(String multibase) throws CodecException {
    byte[] car;
    try {
      car = Multibase.decode(multibase);
    } catch (IllegalArgumentException e) {
      throw new CodecException("Not a multibase CAR: " + e.getMessage(), e);
    }
    return read(car);
  }

  /**
   * The archive of an event, its blocks in ceramic-one's order.
   *
   * @throws IllegalArgumentException when it is a time event whose proof is incomplete
   */
  public static Car write(DecodedEvent event) {
    Cid root = event.event().cid();
    if (event.event() instanceof Event.Time time) {
      requireComplete(time, event);
      return new Car(List.of(root), event.blocks());
    }
    List<Block> blocks = new ArrayList<>(3);
    event
        .envelope()
        .ifPresentOrElse(
            envelope -> {
              envelope.capability().ifPresent(blocks::add);
              blocks.add(envelope.payload());
              blocks.add(envelope.envelope());
            },
            () -> blocks.addAll(event.blocks()));
    return new Car(List.of(root), blocks);
  }

  /**
   * The archive as ceramic-one's HTTP API writes it: multibase {@code m}, base64 without padding.
   */
  public static String writeText(DecodedEvent event) {
    return Multibase.BASE64.encode(write(event).write());
  }

  private static void requireComplete(Event.Time time, DecodedEvent event) {
    Map<Cid, Block> blocks = new HashMap<>();
    event.blocks().forEach(block -> blocks.put(block.cid(), block));
    try {
      ProofPath.verify(time, Blocks.of(blocks));
    } catch (CodecException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
