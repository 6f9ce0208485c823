package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.identity.SignatureValidity;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.SignedEnvelope;

/** Nothing outside the node is asked by who holds a stream's lock, and who asks holds up nobody. */
class RemoteCallsUnderLockTest {
  private static final long FAR_AWAY = 100_000_000_000L;
  private static final int BOUND_SECONDS = 30;

  private final Chain chain = new Chain();
  private final Method method = new Method();
  private final Scene scene = new Scene(new Notes(1), method, Clock.systemUTC());
  private final Streams streams = open();
  private final ExecutorService pool = Executors.newFixedThreadPool(4);

  private Streams open() {
    return scene.open(
        FixedExtensions.builder()
            .add(StreamType.class, Integer.toString(Notes.CODE), new Notes(1))
            .add(AnchorProofValidator.class, Scene.CHAIN, Scene.VALIDATOR)
            .add(AnchorProofValidator.class, Chain.ID, chain)
            .build());
  }

  @AfterEach
  void close() {
    chain.answers.countDown();
    pool.shutdown();
    streams.close();
    scene.close();
    assertThat(chain.askedInLane).hasValue(0);
    assertThat(method.askedInLane).hasValue(0);
  }

  @Test
  void shouldLetOthersWriteWhileAChainDoesNotAnswer() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I").note("B", "A");
    create(story.init);
    receive(story.stream, story.events.get("A"));
    receive(story.stream, story.events.get("B"));
    receive(story.stream, Scene.time(Chain.ID, story.stream, story.cid("I"), 500));

    int asked = chain.asked.get();
    chain.blocks = true;
    try (Streams restarted = open()) {
      // The stream is derived from its events, the time event among them.
      Future<?> branch =
          pool.submit(
              () -> {
                Scene.receive(
                    restarted,
                    story.stream,
                    Scene.note(story.stream, story.cid("I"), "branch"),
                    Scene.PEER,
                    Scene.in(10 * BOUND_SECONDS));
                return null;
              });
      while (chain.asked.get() == asked) {
        assertThat(branch).isNotDone();
        TimeUnit.MILLISECONDS.sleep(5);
      }
      Future<StreamState> write =
          pool.submit(
              () ->
                  restarted
                      .apply(
                          story.stream,
                          Scene.note(story.stream, story.cid("B"), "write"),
                          Scene.WRITE)
                      .state());
      assertThat(Scene.notes(write.get(BOUND_SECONDS, TimeUnit.SECONDS))).last().isEqualTo("write");
      assertThat(branch).as("it has not answered").isNotDone();
      chain.answers.countDown();
      branch.get(BOUND_SECONDS, TimeUnit.SECONDS);
      assertThat(Scene.notes(Scene.load(restarted, story.stream))).last().isEqualTo("write");
    }
  }

  @Test
  void shouldAskOffTheLaneForWhatAWriteTurnsOutToNeedInIt() throws Exception {
    DecodedEvent init = Scene.init("start");
    StreamId stream = create(init);
    method.forgets = true;
    DecodedEvent first = Permits.note(stream, init.event().cid(), "first", FAR_AWAY);
    StreamState state = streams.apply(stream, first, Scene.WRITE).state();
    assertThat(Scene.notes(state)).containsExactly("start", "first");

    method.forgets = true;
    DecodedEvent second = Permits.note(stream, state.tip(), "second", FAR_AWAY);
    receive(stream, second);
    assertThat(Scene.notes(load(stream))).containsExactly("start", "first", "second");

    method.forgets = true;
    DecodedEvent time = Scene.time(stream, second.event().cid(), 500);
    assertThat(streams.continueAll(List.of(new StreamEvent(stream, time)), Scene.in(30)))
        .containsExactly(Optional.empty());
    assertThat(load(stream).tip()).isEqualTo(time.event().cid());
  }

  @Test
  void shouldTellOfAChangeThatCouldNotBeDerivedInTheLane() throws Exception {
    DecodedEvent init = Scene.init("start");
    StreamId stream = create(init);
    streams.start();
    method.forgets = true;
    // Its predecessor is not here, so that both are derived when that comes.
    DecodedEvent between = Scene.note(stream, init.event().cid(), "between");
    DecodedEvent signed = Permits.note(stream, between.event().cid(), "signed", FAR_AWAY);
    receive(stream, signed);
    receive(stream, between);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (scene.journal.moves().stream()
        .noneMatch(move -> move.tip().equals(signed.event().cid()))) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(Scene.notes(load(stream))).containsExactly("start", "between", "signed");
  }

  private StreamId create(DecodedEvent init) throws StreamException {
    return streams.create(Notes.CODE, init, Scene.WRITE).state().id();
  }

  private void receive(StreamId stream, DecodedEvent event) throws StreamException {
    Scene.receive(streams, stream, event, Scene.PEER, Scene.in(BOUND_SECONDS));
  }

  private StreamState load(StreamId stream) throws StreamException {
    return streams.load(
        new StreamRef(stream, Optional.empty()), LoadOptions.local(Scene.in(BOUND_SECONDS)));
  }

  /** One that cannot tell, and then does not answer. */
  private static final class Chain implements AnchorProofValidator {
    private static final String ID = "slow:1";

    private final CountDownLatch answers = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger askedInLane = new AtomicInteger();
    private volatile boolean blocks;

    @Override
    public Validation validate(AnchorProof proof, Deadline deadline) {
      asked.incrementAndGet();
      if (RemoteCalls.forbidden()) {
        askedInLane.incrementAndGet();
      }
      if (blocks) {
        try {
          answers.await(Math.min(600_000, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return new Validation.Unknown("It does not answer", Retry.after(Duration.ofMillis(1_000)));
    }
  }

  /** Permits by a method that must be asked once each time it was forgotten. */
  private static final class Method implements SignatureVerifier {
    private final Permits permits = new Permits(Clock.systemUTC());
    private final AtomicInteger askedInLane = new AtomicInteger();
    private volatile boolean forgets;

    private void ask() throws DependencyMissingException {
      if (forgets) {
        RemoteCalls.demandAllowed(new Dependency.Did("test:session"));
        if (RemoteCalls.forbidden()) {
          askedInLane.incrementAndGet();
        }
        forgets = false;
      }
    }

    @Override
    public VerifiedSignature verify(SignedEnvelope envelope, Deadline deadline) {
      return permits.verify(envelope, deadline);
    }

    @Override
    public VerifiedSignature trust(SignedEnvelope envelope) {
      return permits.trust(envelope);
    }

    @Override
    public void authorize(
        VerifiedSignature signature,
        String controller,
        StreamId stream,
        Optional<StreamId> model,
        Cid payload,
        OptionalLong atTime)
        throws UnverifiedException, DependencyMissingException {
      ask();
      permits.authorize(signature, controller, stream, model, payload, atTime);
    }

    @Override
    public Optional<SignatureValidity> validity(
        VerifiedSignature signature, List<String> controllers) {
      return permits.validity(signature, controllers);
    }

    @Override
    public boolean standsAt(SignatureValidity validity, long atTime) {
      try {
        ask();
      } catch (DependencyMissingException e) {
        return false;
      }
      return permits.standsAt(validity, atTime);
    }

    @Override
    public boolean expired(long expiration, long atTime) {
      return permits.expired(expiration, atTime);
    }

    @Override
    public VerifiedSignature verify(Jws jws, Deadline deadline) {
      return permits.verify(jws, deadline);
    }
  }
}
