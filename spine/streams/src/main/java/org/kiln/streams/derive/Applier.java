package org.kiln.streams.derive;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.extension.Subscriptions;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.core.lending.Lease;
import org.kiln.core.stream.LogTimes;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.Signers;

/** Applies one event to a state: links, stream type, log. Holds no state of its own. */
public final class Applier implements AutoCloseable {
  private static final Set<Integer> WELL_KNOWN_TYPES = Set.of(0, 1, 2, 3);

  private final ExtensionRegistry extensions;
  private final SignatureVerifier verifier;
  private final EventContext.OtherStreams others;
  private final AutoCloseable subscription;
  private final Set<Integer> installed = ConcurrentHashMap.newKeySet();

  public Applier(
      ExtensionRegistry extensions, SignatureVerifier verifier, EventContext.OtherStreams others) {
    this.extensions = extensions;
    this.verifier = verifier;
    this.others = others;
    this.subscription = extensions.onChange(StreamType.class, this::typeChanged);
    extensions.keys(StreamType.class).forEach(key -> typeChanged(key, true));
  }

  private void typeChanged(String key, boolean present) {
    if (present) {
      installed.add(Integer.valueOf(key));
    } else {
      installed.remove(Integer.valueOf(key));
    }
  }

  /** The state after the init event. */
  public Applied init(StreamId stream, VerifiedEvent verified, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    return init(stream, verified, entry(verified), deadline);
  }

  /** The same with the event's line of the log, which the state then shares with others. */
  Applied init(StreamId stream, VerifiedEvent verified, LogEntry line, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    if (!(verified.event().event() instanceof Event.Init init)) {
      throw Derivation.notFirst(verified.event().event().cid());
    }
    try (var lease = type(stream, deadline)) {
      StreamType type = lease.service();
      demandMayAsk(type);
      Document document = asking(stream, verified, deadline, context -> type.init(init, context));
      StreamLog log = StreamLog.of(List.of(line));
      StreamState state = StreamState.of(stream, type.revision(), document, log);
      return new Applied(state, signers(document, verified));
    }
  }

  /** The state after an event that must follow the tip. */
  public Applied apply(Applied before, VerifiedEvent verified, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    return apply(before, verified, entry(verified), deadline);
  }

  /** The same with the event's line of the log, which the state then shares with others. */
  Applied apply(Applied before, VerifiedEvent verified, LogEntry line, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    StreamState state = before.state();
    return switch (verified.event().event()) {
      case Event.Init init ->
          throw new InvalidEventException(
              "Event " + init.cid() + " begins a stream and cannot follow another event");
      case Event.Data data -> {
        checkLinks(state, data.cid(), data.id(), data.prev());
        yield new Applied(
            data(state, data, verified, line, deadline),
            before.signers().and(signers(state.document(), verified)));
      }
      case Event.Time time -> {
        checkLinks(state, time.cid(), time.id(), time.prev());
        yield new Applied(time(state, verified, line.cid()), Signers.NONE);
      }
    };
  }

  private StreamState data(
      StreamState state, Event.Data data, VerifiedEvent verified, LogEntry line, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    try (var lease = type(state.id(), deadline)) {
      StreamType type = lease.service();
      demandMayAsk(type);
      Document document =
          asking(state.id(), verified, deadline, context -> type.apply(state, data, context));
      return StreamState.of(state.id(), type.revision(), document, state.log().append(line))
          .with(state.anchorProof());
    }
  }

  private static void demandMayAsk(StreamType type) throws DependencyMissingException {
    if (type.asksOutside()) {
      RemoteCalls.demandAllowed(Dependency.streamType(type.typeCode()));
    }
  }

  /** A time event is the node's own business, the same for every type. */
  private static StreamState time(StreamState state, VerifiedEvent verified, Cid event)
      throws InvalidEventException, DependencyMissingException {
    ProofTimes.Verdict verdict =
        verified
            .time()
            .orElseThrow(() -> new IllegalStateException("Time event without a verdict"));
    long seconds =
        switch (verdict) {
          case ProofTimes.Verdict.Anchored anchored -> anchored.blockTime();
          case ProofTimes.Verdict.Refused refused ->
              throw new InvalidEventException(refused.reason());
          case ProofTimes.Verdict.NotYet notYet ->
              throw new DependencyMissingException(notYet.missing(), notYet.reason());
        };
    return StreamState.of(
            state.id(),
            state.typeRevision(),
            inForce(state.document()),
            state.log().appendTime(event, Instant.ofEpochSecond(seconds)))
        .with(verdict.proof())
        .with(AnchorStatus.ANCHORED);
  }

  /** Puts a pending change in force; a pending null or empty value stays out, as in js-ceramic. */
  private static Document inForce(Document document) {
    if (document.next().isEmpty()) {
      return document;
    }
    Document.Next next = document.next().get();
    Ipld content = next.content().filter(Applier::truthy).orElse(document.content());
    Ipld.Map metadata = next.metadata().orElse(document.metadata());
    return Document.of(content, metadata, document.signature());
  }

  private static boolean truthy(Ipld value) {
    return switch (value) {
      case Ipld.Null none -> false;
      case Ipld.Bool bool -> bool.value();
      case Ipld.Int number -> number.value().signum() != 0;
      case Ipld.Float64 number -> number.value() != 0;
      case Ipld.Text text -> !text.value().isEmpty();
      case Ipld.Bytes bytes -> true;
      case Ipld.List list -> true;
      case Ipld.Map map -> true;
      case Ipld.Link link -> true;
    };
  }

  private static void checkLinks(StreamState state, Cid event, Optional<Cid> id, Cid prev)
      throws InvalidEventException {
    if (id.isPresent() && !id.get().equals(state.id().init())) {
      throw new InvalidEventException(
          "Invalid genesis CID in commit for StreamID "
              + state.id()
              + ". Found: "
              + id.get()
              + ", expected "
              + state.id().init());
    }
    if (!prev.equals(state.tip())) {
      throw new InvalidEventException(
          "Commit doesn't properly point to previous commit in log. Expected "
              + state.tip()
              + ", found 'prev' "
              + prev);
    }
  }

  /**
   * What a later time event must be held against.
   *
   * @param document whose controllers the event was judged by
   */
  Signers signers(Document document, VerifiedEvent verified) {
    return verified.signature().isEmpty()
        ? Signers.NONE
        : Signers.of(
            verifier.validity(
                verified.signature().get(),
                new StreamMetadata(document.latestMetadata()).controllers()));
  }

  /** Whether events stand at another time as they do now, so that they need not be judged anew. */
  boolean stand(Signers signers, StreamId stream, long seconds, Deadline deadline) {
    return signers.standAt(verifier, seconds) && !readsTime(stream.type(), deadline);
  }

  /** What a stream type makes of an event. */
  private interface Opinion {
    Document of(EventContext context) throws InvalidEventException, DependencyMissingException;
  }

  private Document asking(
      StreamId stream, VerifiedEvent verified, Deadline deadline, Opinion opinion)
      throws InvalidEventException, DependencyMissingException {
    EventContext context = new EventContext(stream, verified, verifier, others, deadline);
    try {
      return opinion.of(context);
    } catch (DependencyMissingException e) {
      context.refuseIfNone(e, code -> name(code, deadline));
      throw e;
    }
  }

  private String name(int code, Deadline deadline) {
    try (var lease = extensions.acquire(StreamType.class, Integer.toString(code), deadline)) {
      return lease.service().name();
    } catch (ExtensionMissingException e) {
      return "type " + code;
    }
  }

  /**
   * An event's line of the log, before any time event covers it; that of a time event has the time
   * it proves, if it does.
   */
  static LogEntry entry(VerifiedEvent verified) {
    Event event = verified.event().event();
    LogEntry.Kind kind = event.kind();
    OptionalLong time =
        verified.time().orElse(null) instanceof ProofTimes.Verdict.Anchored anchored
            ? OptionalLong.of(anchored.blockTime())
            : OptionalLong.empty();
    OptionalLong expiration =
        verified.signature().map(VerifiedSignature::expiration).orElse(OptionalLong.empty());
    return LogTimes.line(event.cid(), kind, time, expiration);
  }

  private Lease<StreamType> type(StreamId stream, Deadline deadline)
      throws DependencyMissingException {
    try {
      return extensions.acquire(StreamType.class, Integer.toString(stream.type()), deadline);
    } catch (ExtensionMissingException e) {
      throw missing(stream);
    }
  }

  /** Whether a node of any make has that type, or this one has it installed. */
  public boolean plausibleType(int type) {
    return WELL_KNOWN_TYPES.contains(type) || installed.contains(type);
  }

  /** Whether a type is installed and is not being swapped. */
  public boolean ready(int type) {
    return installed.contains(type);
  }

  /** Whether a type is installed; waits for one that is being swapped. */
  public boolean installed(int type, Deadline deadline) {
    if (ready(type)) {
      return true;
    }
    try (var lease = extensions.acquire(StreamType.class, Integer.toString(type), deadline)) {
      return lease.service().typeCode() == type;
    } catch (ExtensionMissingException e) {
      return false;
    }
  }

  /** Demands that a stream's type is installed; waits for one that is being swapped. */
  void requireInstalled(StreamId stream, Deadline deadline) throws DependencyMissingException {
    if (!installed(stream.type(), deadline)) {
      throw missing(stream);
    }
  }

  /** Whether a type's documents depend on the times of their events. */
  private boolean readsTime(int type, Deadline deadline) {
    try (var lease = extensions.acquire(StreamType.class, Integer.toString(type), deadline)) {
      return lease.service().readsTime();
    } catch (ExtensionMissingException e) {
      return true;
    }
  }

  /** The revision of the installed code of a type; empty when it is not installed. */
  OptionalLong revision(int type, Deadline deadline) {
    try (var lease = extensions.acquire(StreamType.class, Integer.toString(type), deadline)) {
      return OptionalLong.of(lease.service().revision());
    } catch (ExtensionMissingException e) {
      return OptionalLong.empty();
    }
  }

  private static DependencyMissingException missing(StreamId stream) {
    return new DependencyMissingException(
        Dependency.streamType(stream.type()),
        "Stream type " + stream.type() + " of stream " + stream + " is not installed on this node");
  }

  @Override
  public void close() {
    Subscriptions.close(List.of(subscription));
  }
}
