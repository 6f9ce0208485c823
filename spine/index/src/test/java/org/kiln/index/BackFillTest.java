package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.index.sqlite.SqliteBackend;

/** What keeps a back-fill from its end holds up nothing else, and is no secret. */
class BackFillTest extends RoomScene {
  private final AtomicReference<StreamId> endless = new AtomicReference<>();
  private volatile Optional<Throwable> failure = Optional.empty();

  @Override
  IndexBackend backend() {
    return new Unending(new SqliteBackend());
  }

  private static void await(String what, BooleanSupplier done) {
    Deadline deadline = Deadline.in(Duration.ofSeconds(60));
    while (!done.getAsBoolean()) {
      assertThat(deadline.expired()).as("still waiting: " + what).isFalse();
      Thread.onSpinWait();
    }
  }

  private void awaitTrouble(String why) {
    await(why, () -> room.trouble().filter(trouble -> trouble.contains(why)).isPresent());
  }

  private void goesOn(StreamId model) throws Exception {
    failure = Optional.empty();
    index(model);
    assertThat(found(model)).hasSize(1);
    await("no trouble any more", () -> room.trouble().isEmpty());
  }

  @Test
  void shouldHoldUpNoOtherModelWhereTheLastStepOfOneFails() throws Exception {
    StreamId other = model("other");
    index(other);
    StreamId first = document(other, "first", Ipld.map());
    StreamId note = model("note");
    document(note, "earlier", Ipld.map());
    read();
    endless.set(note);
    failure = Optional.of(new IndexException(Kind.UNAVAILABLE, "No room to sort", null));
    index(note);
    awaitTrouble("No room to sort");

    // The feed's room does not ask for the place again: it goes on with what comes.
    StreamId second = document(other, "second", Ipld.map());
    StreamChange next =
        feed.change(second, second.init(), StreamChange.Kind.UPDATED, Origin.CLIENT);
    room.reader().take(List.of(next), next.token());

    assertThat(found(other)).containsExactlyInAnyOrder(first, second);
    assertThat(room.trouble()).hasValueSatisfying(why -> assertThat(why).contains("No room"));
    goesOn(note);
  }

  @Test
  void shouldGoOnAfterAnError() throws Exception {
    StreamId note = model("note");
    document(note, "earlier", Ipld.map());
    read();
    endless.set(note);
    failure = Optional.of(new StackOverflowError("too deep"));
    index(note);
    awaitTrouble("StackOverflowError: too deep");

    goesOn(note);
  }

  @Test
  void shouldSayNothingMoreOfAModelThatNobodyWantsFilledIn() throws Exception {
    StreamId note = model("note");
    document(note, "earlier", Ipld.map());
    read();
    endless.set(note);
    failure = Optional.of(new IndexException(Kind.UNWRITABLE, "The disk is full", null));
    index(note);
    awaitTrouble("The disk is full");

    room.stop(List.of(note));

    await("no trouble any more", () -> room.trouble().isEmpty());
  }

  /** Does not take the step after which one of the models is filled in. */
  private final class Unending implements IndexBackend {
    private final IndexBackend backend;

    Unending(IndexBackend backend) {
      this.backend = backend;
    }

    @Override
    public String id() {
      return backend.id();
    }

    @Override
    public DocumentIndex open(IndexSpec spec) {
      DocumentIndex index = backend.open(spec);
      return (DocumentIndex)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {DocumentIndex.class},
              (self, method, values) -> {
                Optional<Throwable> now = failure;
                if (now.isPresent()
                    && values != null
                    && values[0] instanceof IndexBatch batch
                    && isLast(batch)) {
                  throw now.get();
                }
                try {
                  return method.invoke(index, values);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private boolean isLast(IndexBatch batch) {
      return batch.models().stream()
          .anyMatch(
              model -> model.id().equals(endless.get()) && model.active() && !model.filling());
    }
  }
}
