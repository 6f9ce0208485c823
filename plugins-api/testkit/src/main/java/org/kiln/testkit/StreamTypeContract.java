package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;

/**
 * What the node expects of every stream type: the same answer for the same event, nothing changed
 * that was handed in, and on nonsense no other exception than the two of {@link StreamType}.
 * Subclass it and hand it a type with an example of a stream.
 */
public abstract class StreamTypeContract {

  /** A new instance of the type under test. */
  protected abstract StreamType type();

  /** An init event the type accepts. */
  protected abstract Event.Init init();

  /** A context in which {@link #init()} is accepted. */
  protected abstract FakeApplyContext initContext(StreamId stream);

  /** A change the type accepts after {@code state}; empty when it accepts none at all. */
  protected abstract Optional<Event.Data> change(StreamState state);

  /** A context in which {@link #change} is accepted. */
  protected abstract FakeApplyContext changeContext(StreamId stream);

  /** Whether a change must be signed by the stream's controller; a type may carry its own proof. */
  protected boolean changesAreSigned() {
    return true;
  }

  @Test
  protected void shouldHaveACodeANameAndARevision() {
    assertThat(type().typeCode()).isNotNegative();
    assertThat(type().name()).matches("[A-Za-z][A-Za-z0-9-]*");
    assertThat(type().revision()).isNotNegative();
    assertThat(type().typeCode()).isEqualTo(type().typeCode());
  }

  @Test
  protected void shouldAnswerTheSameEveryTimeAndEverywhere() throws Exception {
    StreamType shared = type();
    Document first = created().document();
    List<Callable<Document>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      StreamType asked = i % 2 == 0 ? shared : type();
      calls.add(() -> asked.init(init(), initContext(stream())));
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (Future<Document> answer : executor.invokeAll(calls)) {
        assertThat(answer.get()).isEqualTo(first);
      }
    }
  }

  @Test
  protected void shouldLeaveTheStateItIsGivenAlone() throws Exception {
    StreamState state = created();
    String before = state.toString();
    Optional<Event.Data> change = change(state);
    if (change.isPresent()) {
      Document once = type().apply(state, change.get(), changeContext(state.id()));
      Document twice = type().apply(state, change.get(), changeContext(state.id()));
      assertThat(twice).isEqualTo(once);
    } else {
      Event.Data any = data(state, Ipld.list(), Optional.of(Ipld.Map.EMPTY));
      assertThatThrownBy(() -> type().apply(state, any, changeContext(state.id())))
          .isInstanceOf(InvalidEventException.class);
    }
    assertThat(state.toString()).isEqualTo(before);
  }

  @Test
  protected void rejectsAChangeByAStranger() throws Exception {
    StreamState state = created();
    Optional<Event.Data> change = change(state);
    if (change.isPresent() && changesAreSigned()) {
      FakeApplyContext stranger = changeContext(state.id()).signedBy("did:key:zStranger");
      assertThatThrownBy(() -> type().apply(state, change.get(), stranger))
          .isInstanceOf(InvalidEventException.class);
    }
  }

  @Test
  protected void shouldMeetNonsenseOnlyWithItsOwnExceptions() throws Exception {
    StreamState state = created();
    List<Ipld> nonsense =
        List.of(
            Ipld.NULL,
            Ipld.TRUE,
            Ipld.of(-1),
            new Ipld.Float64(0.5),
            Ipld.of(""),
            Ipld.of("\u0000\uffff"),
            new Ipld.Bytes(new byte[] {1, 2}),
            Ipld.of(init().cid()),
            Ipld.list(),
            Ipld.list(Ipld.NULL),
            Ipld.list(Ipld.map("op", Ipld.NULL)),
            Ipld.map("", Ipld.NULL),
            Ipld.map("controllers", Ipld.list()));
    int refused = 0;
    for (Ipld value : nonsense) {
      for (Ipld.Map header : headers(value)) {
        refused += quietly(() -> type().init(newInit(header, value), initContext(stream())));
        Event.Data data = data(state, value, Optional.of(header));
        refused += quietly(() -> type().apply(state, data, changeContext(state.id())));
      }
      Event.Data bare = data(state, value, Optional.empty());
      refused += quietly(() -> type().apply(state, bare, changeContext(state.id())));
    }
    assertThat(refused).isPositive();
  }

  /** The example stream after its init event. */
  protected final StreamState created() throws Exception {
    Document document = type().init(init(), initContext(stream()));
    return SampleStream.created(type().typeCode(), init().cid(), document);
  }

  /** The example's StreamID. */
  protected final StreamId stream() {
    return StreamId.of(type().typeCode(), init().cid());
  }

  private List<Ipld.Map> headers(Ipld value) {
    List<Ipld.Map> headers = new ArrayList<>(List.of(Ipld.Map.EMPTY));
    Ipld.Map good = init().header();
    headers.add(good);
    for (String key : good.entries().keySet()) {
      headers.add(good.with(key, value));
      headers.add(good.without(key));
    }
    headers.add(Ipld.map("controllers", Ipld.list(value)));
    return headers;
  }

  private Event.Init newInit(Ipld.Map header, Ipld data) {
    return new Event.Init(init().cid(), header, Optional.of(data), init().signed());
  }

  private static Event.Data data(StreamState state, Ipld data, Optional<Ipld.Map> header) {
    return new Event.Data(
        SampleStream.cid("nonsense"),
        Optional.of(state.id().init()),
        state.tip(),
        data,
        header,
        true);
  }

  private static int quietly(Callable<Document> call) throws Exception {
    try {
      assertThat(call.call()).isNotNull();
      return 0;
    } catch (InvalidEventException | DependencyMissingException expected) {
      assertThat(expected).message().isNotBlank();
      return 1;
    }
  }
}
