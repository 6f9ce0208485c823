package org.kiln.imports;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.EventDecoder.Blocks;

/**
 * Takes over what a ceramic-one wanted of other nodes' events. It kept ranges of keys, in which
 * models and controllers are hashes: which they are shows by the events in the range and by the
 * models that are here. For one thread.
 */
final class OneInterests {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Interests interests;
  private final EventLog log;
  private final NetworkId network;
  private final OneStore store;
  private final Findings findings;
  private Map<String, StreamId> models;

  OneInterests(
      Interests interests, EventLog log, NetworkId network, OneStore store, Findings findings) {
    this.interests = interests;
    this.log = log;
    this.network = network;
    this.store = store;
    this.findings = findings;
  }

  /** Takes what can be told of them; answers how many this node has now. */
  long take() throws OneStoreException {
    long count = 0;
    for (byte[] key : store.interests(Interests.MOST + 1)) {
      Optional<InterestRange> range = InterestRange.read(key);
      Optional<Interest> interest = range.isPresent() ? of(range.get()) : Optional.empty();
      if (interest.isPresent() && add(interest.get())) {
        count++;
      } else {
        findings.note(
            "interest not taken, register it again if you still want it: "
                + range
                    .map(InterestRange::toString)
                    .orElseGet(() -> "unreadable key " + HexFormat.of().formatHex(key)));
      }
    }
    return count;
  }

  private boolean add(Interest interest) throws OneStoreException {
    try {
      return interests.add(interest, Deadline.in(PATIENCE)) != Interests.Outcome.FULL;
    } catch (LogBusyException e) {
      throw new OneStoreException("The node's own store is too busy: " + e.getMessage(), e);
    }
  }

  private Optional<Interest> of(InterestRange range) throws OneStoreException {
    StreamId model = models().get(HexFormat.of().formatHex(range.from()));
    if (model != null && isOf(range, Interest.of(model))) {
      return Optional.of(Interest.of(model));
    }
    Optional<byte[]> cid = store.anyBetween(range.from(), range.to());
    return cid.isEmpty()
        ? Optional.empty()
        : candidates(cid.get()).stream().filter(one -> isOf(range, one)).findFirst();
  }

  private boolean isOf(InterestRange range, Interest interest) {
    return Arrays.equals(range.from(), interest.from(network))
        && Arrays.equals(range.to(), interest.to(network));
  }

  /** What somebody may have asked for who wanted that event. */
  private List<Interest> candidates(byte[] event) {
    List<Interest> candidates = new ArrayList<>(3);
    Optional<StoredEvent> stored = Optional.empty();
    try {
      stored = log.event(Cid.of(event)).flatMap(one -> log.event(one.event().stream().init()));
    } catch (IllegalArgumentException e) {
      return candidates; // named among the events already
    }
    Optional<StreamMetadata> header = stored.flatMap(OneInterests::header);
    Optional<StreamId> model = header.flatMap(StreamMetadata::model);
    if (model.isPresent()) {
      Interest all = Interest.of(model.get());
      candidates.add(all);
      Optional<String> controller = header.get().controller();
      if (controller.isPresent()) {
        StreamId stream = stored.get().event().stream();
        candidates.add(new Interest(all.separator(), all.value(), controller, Optional.empty()));
        candidates.add(new Interest(all.separator(), all.value(), controller, Optional.of(stream)));
      }
    }
    return candidates;
  }

  private static Optional<StreamMetadata> header(StoredEvent first) {
    try {
      Map<Cid, org.kiln.api.ipld.Block> own = new HashMap<>();
      first.event().blocks().forEach(block -> own.put(block.cid(), block));
      return EventDecoder.decode(first.event().cid(), Blocks.of(own)).event()
              instanceof Event.Init init
          ? Optional.of(InitHeader.of(init).metadata())
          : Optional.empty();
    } catch (CodecException e) {
      return Optional.empty(); // its blocks are with another event, or damaged
    }
  }

  /** Every model that is here, by the beginning of the range of its instances. */
  private Map<String, StreamId> models() {
    if (models == null) {
      models = new HashMap<>();
      put(StreamId.MODEL);
      Interest all = Interest.of(StreamId.MODEL);
      log.scanKeys(
          all.from(network),
          all.to(network),
          key -> {
            log.event(key.event())
                .map(found -> found.event().stream())
                .filter(stream -> stream.init().equals(key.event()))
                .ifPresent(this::put);
            return true;
          });
    }
    return models;
  }

  private void put(StreamId model) {
    models.put(HexFormat.of().formatHex(Interest.of(model).from(network)), model);
  }
}
