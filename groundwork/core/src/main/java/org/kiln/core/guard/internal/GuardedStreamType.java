package org.kiln.core.guard.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.guard.PluginUnavailableException;

/**
 * A plugin's stream type. What it fails to judge is neither valid nor invalid: it waits, as events
 * of a type that is not installed do.
 */
final class GuardedStreamType implements StreamType {
  private record Constants(
      int typeCode, String name, int revision, boolean readsTime, boolean asksOutside) {}

  private final StreamType type;
  private final PluginThreads threads;
  private final Constants constants;

  GuardedStreamType(StreamType type, PluginThreads threads) throws PluginUnavailableException {
    this.type = type;
    this.threads = threads;
    this.constants =
        Checked.constants(
            threads,
            type,
            () ->
                new Constants(
                    type.typeCode(),
                    Checked.present(type.name(), "name()"),
                    type.revision(),
                    type.readsTime(),
                    type.asksOutside()));
  }

  @Override
  public int typeCode() {
    return constants.typeCode();
  }

  @Override
  public String name() {
    return constants.name();
  }

  @Override
  public int revision() {
    return constants.revision();
  }

  @Override
  public boolean readsTime() {
    return constants.readsTime();
  }

  @Override
  public boolean asksOutside() {
    return constants.asksOutside();
  }

  @Override
  public Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    return judge(
        "StreamType.init",
        context.deadline(),
        caller -> type.init(event, new AskingContext(context, caller)));
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    return judge(
        "StreamType.apply",
        context.deadline(),
        caller -> type.apply(state, event, new AskingContext(context, caller)));
  }

  private Document judge(
      String what,
      Deadline deadline,
      Work<Document, InvalidEventException, DependencyMissingException> work)
      throws InvalidEventException, DependencyMissingException {
    try {
      return threads.<Document, InvalidEventException, DependencyMissingException>call(
          this,
          what,
          deadline,
          InvalidEventException.class,
          DependencyMissingException.class,
          caller -> Checked.document(work.run(caller)));
    } catch (PluginUnavailableException e) {
      throw new DependencyMissingException(
          Dependency.streamType(constants.typeCode()),
          "Stream type " + constants.typeCode() + " cannot be asked now: " + e.getMessage());
    }
  }

  /** Answers on the caller's thread, which holds the stream's lock. */
  private record AskingContext(ApplyContext context, CallerThread caller) implements ApplyContext {
    @Override
    public StreamId stream() {
      return context.stream();
    }

    @Override
    public void requireController(String controller, Optional<StreamId> model)
        throws InvalidEventException, DependencyMissingException {
      ask(
          () -> {
            context.requireController(controller, model);
            return null;
          });
    }

    @Override
    public StreamState load(StreamId stream) throws DependencyMissingException {
      return load(() -> context.load(stream));
    }

    @Override
    public StreamState load(CommitId commit) throws DependencyMissingException {
      return load(() -> context.load(commit));
    }

    private StreamState load(Callable<StreamState> question) throws DependencyMissingException {
      try {
        return ask(question);
      } catch (InvalidEventException e) {
        throw new IllegalStateException(e);
      }
    }

    private <T> T ask(Callable<T> question)
        throws InvalidEventException, DependencyMissingException {
      try {
        return caller.ask(question);
      } catch (InvalidEventException | DependencyMissingException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Optional<Instant> anchoredAt() {
      return context.anchoredAt();
    }

    @Override
    public boolean local() {
      return context.local();
    }

    @Override
    public Deadline deadline() {
      return context.deadline();
    }
  }
}
