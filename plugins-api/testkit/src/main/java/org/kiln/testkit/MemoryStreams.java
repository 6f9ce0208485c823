package org.kiln.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamList;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamWriter;
import org.kiln.api.stream.WriteRefusedException;
import org.kiln.api.stream.WriteRefusedException.Reason;
import org.kiln.kit.ipld.DagCbor;
import org.kiln.kit.stream.JsonPatch;

/**
 * Streams in memory, for tests of a plugin that reads, writes or lists them: in the place of the
 * node's own services. Every type is taken for one whose data events are JSON patches, as a tile's
 * are; hashes and the tip are checked as the node does, signatures and controllers are not, and
 * nothing is anchored. Thread-safe.
 */
public final class MemoryStreams implements StreamReader, StreamWriter, StreamList {
  private final TreeMap<StreamId, StreamState> states =
      new TreeMap<>((a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes()));

  private Reason refusal;
  private int refusals;

  /** Without a stream. */
  public MemoryStreams() {}

  /** Refuses so many events from now on, as a node does when others write, too, or it is full. */
  public synchronized void refuse(Reason reason, int times) {
    refusal = reason;
    refusals = times;
  }

  @Override
  public synchronized StreamState load(StreamRef ref, Deadline deadline)
      throws DependencyMissingException {
    StreamState state = states.get(ref.stream());
    if (state == null || ref.event().filter(event -> !event.equals(state.tip())).isPresent()) {
      throw new DependencyMissingException(
          Dependency.stream(ref.stream()), "Stream " + ref + " is not known here");
    }
    return state;
  }

  @Override
  public synchronized StreamState create(int type, List<Block> init, Options options)
      throws WriteRefusedException {
    Ipld.Map payload = payload(init);
    if (!(payload.entries().get("header") instanceof Ipld.Map header)) {
      throw new WriteRefusedException(Reason.INVALID, "An init event has a header");
    }
    Cid cid = init.getFirst().cid();
    Document document =
        Document.of(
            payload.get("data").orElse(Ipld.Map.EMPTY),
            header,
            isSigned(cid) ? Signature.SIGNED : Signature.GENESIS);
    StreamState created = SampleStream.created(type, cid, document);
    StreamState known = states.putIfAbsent(created.id(), created);
    return known == null ? created : known;
  }

  @Override
  public synchronized StreamState apply(StreamId stream, List<Block> event, Options options)
      throws WriteRefusedException {
    if (refusals > 0) {
      refusals--;
      throw new WriteRefusedException(refusal, "Refused: " + refusal);
    }
    StreamState before = states.get(stream);
    if (before == null) {
      throw new WriteRefusedException(Reason.NOT_FOUND, "Stream " + stream + " is not known here");
    }
    Ipld.Map payload = payload(event);
    if (before.log().indexOf(event.getFirst().cid()) >= 0) {
      return before;
    }
    if (!isSigned(event.getFirst().cid())) {
      throw new WriteRefusedException(Reason.INVALID, "A data event is signed");
    }
    if (!payload.get("prev").equals(Optional.of(Ipld.of(before.tip())))) {
      throw new WriteRefusedException(
          Reason.CONFLICT, "Stream " + stream + " has gone on to " + before.tip());
    }
    Ipld patch = payload.get("data").orElse(Ipld.NULL);
    Event.Data data =
        new Event.Data(
            event.getFirst().cid(),
            Optional.of(stream.init()),
            before.tip(),
            patch,
            Optional.empty(),
            true);
    try {
      Ipld content = JsonPatch.apply(before.document().content(), patch);
      Document document = Document.of(content, before.document().metadata(), Signature.SIGNED);
      StreamState after = SampleStream.changed(before, data, document);
      states.put(stream, after);
      return after;
    } catch (InvalidEventException e) {
      throw new WriteRefusedException(Reason.INVALID, e.getMessage());
    }
  }

  @Override
  public synchronized Optional<StreamId> walk(
      Optional<StreamId> after, int most, Deadline deadline, Predicate<StreamState> sink) {
    Map<StreamId, StreamState> rest =
        after.<Map<StreamId, StreamState>>map(id -> states.tailMap(id, false)).orElse(states);
    int seen = 0;
    for (StreamState state : rest.values()) {
      if (!sink.test(state) || ++seen == most) {
        return Optional.of(state.id());
      }
    }
    return Optional.empty();
  }

  private static boolean isSigned(Cid cid) {
    return cid.codec() == Cid.DAG_JOSE;
  }

  /** Of the event's own block, or of the one that its envelope names. */
  private static Ipld.Map payload(List<Block> event) throws WriteRefusedException {
    if (event.isEmpty()) {
      throw new WriteRefusedException(Reason.INVALID, "An event is at least one block");
    }
    for (Block block : event) {
      if (!block.verified()) {
        throw new WriteRefusedException(
            Reason.INVALID, "The block given for " + block.cid() + " is another one");
      }
    }
    try {
      Block own = event.getFirst();
      Ipld.Map map = DagCbor.decodeMap(own.data());
      if (!isSigned(own.cid())) {
        return map;
      }
      if (!(map.entries().get("payload") instanceof Ipld.Bytes link)) {
        throw new WriteRefusedException(Reason.INVALID, "An envelope has a payload");
      }
      Cid named = Cid.of(link.value());
      Block payload =
          event.stream()
              .filter(block -> block.cid().equals(named))
              .findFirst()
              .orElseThrow(
                  () ->
                      new WriteRefusedException(
                          Reason.INVALID, named + " is not among the blocks"));
      return DagCbor.decodeMap(payload.data());
    } catch (CodecException | IllegalArgumentException e) {
      throw new WriteRefusedException(Reason.INVALID, e.getMessage());
    }
  }
}
