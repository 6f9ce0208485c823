package org.kiln.tables;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.lending.Lease;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;

/**
 * Asks the stream's type what it has against an event, given the state the tables show before it:
 * the rules are the node's own, so what is valid here counts in the stream too. For one thread at a
 * time.
 */
final class Verdicts {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ExtensionRegistry extensions;
  private final StreamReads streams;
  private final Insistence insistence;

  /**
   * Of one reader.
   *
   * @param insistence on streams that cannot be had now
   */
  Verdicts(ExtensionRegistry extensions, StreamReads streams, Insistence insistence) {
    this.insistence = insistence;
    this.extensions = extensions;
    this.streams = streams;
  }

  /** What is wrong with an init event. */
  List<String> ofInit(StreamHead stream, Event.Init event) {
    return judge(stream, (type, context) -> type.init(event, context));
  }

  /**
   * What is wrong with a data event.
   *
   * @param shown what the tables show as metadata before it
   * @param before the content before it
   */
  List<String> ofData(StreamHead stream, Ipld.Map shown, Ipld before, Event.Data event) {
    List<LogEntry> log = new ArrayList<>();
    log.add(LogEntry.of(stream.id().init(), LogEntry.Kind.INIT));
    if (!(before instanceof Ipld.Null) && !event.prev().equals(stream.id().init())) {
      // Types ask only whether there was a data event before.
      log.add(LogEntry.of(event.prev(), LogEntry.Kind.DATA));
    }
    Document document =
        Document.of(before, stream.documentMetadata(shown), Document.Signature.SIGNED);
    return judge(
        stream,
        (type, context) ->
            type.apply(
                StreamState.of(stream.id(), type.revision(), document, StreamLog.of(log)),
                event,
                context));
  }

  private interface Question {
    Document ask(StreamType type, ApplyContext context)
        throws InvalidEventException, DependencyMissingException;
  }

  private List<String> judge(StreamHead stream, Question question) {
    Deadline deadline = Deadline.in(PATIENCE);
    try (Lease<StreamType> lease =
        extensions.acquire(StreamType.class, Integer.toString(stream.type()), deadline)) {
      question.ask(lease.service(), new Context(stream.id(), deadline));
      return List.of();
    } catch (InvalidEventException | DependencyMissingException e) {
      return List.of(String.valueOf(e.getMessage()));
    } catch (ExtensionMissingException e) {
      // The feed gives the events again.
      throw new NotNowException(e.getMessage(), e);
    }
  }

  /** Signatures and capabilities were judged when the event was taken. */
  private final class Context implements ApplyContext {
    private final StreamId stream;
    private final Deadline deadline;

    Context(StreamId stream, Deadline deadline) {
      this.stream = stream;
      this.deadline = deadline;
    }

    @Override
    public StreamId stream() {
      return stream;
    }

    @Override
    public void requireController(String controller, Optional<StreamId> model) {}

    @Override
    public StreamState load(StreamId other) throws DependencyMissingException {
      return load(new StreamRef(other, Optional.empty()));
    }

    @Override
    public StreamState load(CommitId commit) throws DependencyMissingException {
      return load(new StreamRef(commit.stream(), Optional.of(commit.event())));
    }

    private StreamState load(StreamRef ref) throws DependencyMissingException {
      try {
        return streams.load(ref, LoadOptions.local(deadline));
      } catch (StreamException e) {
        insistence.passOver(e);
        throw new DependencyMissingException(
            new Dependency.Stream(ref.stream()), ref.stream() + ": " + e.getMessage());
      }
    }

    @Override
    public Optional<Instant> anchoredAt() {
      return Optional.empty();
    }

    @Override
    public boolean local() {
      return false;
    }

    @Override
    public Deadline deadline() {
      return deadline;
    }
  }
}
