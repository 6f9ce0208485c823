package org.kiln.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.anchor.AnchorServiceTest.await;
import static org.kiln.anchor.AnchorServiceTest.settings;
import static org.kiln.anchor.AnchorServiceTest.stream;
import static org.kiln.anchor.AnchorServiceTest.tip;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorChain.Status;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.api.store.Durability;
import org.kiln.core.anchor.AnchorControl.Sent;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.ipld.Json;
import org.kiln.store.memory.MemoryStore;
import org.kiln.testkit.FakeHttpCall;

/** An operator who wants all that waits sent, and waits for it. */
final class AnchorNowTest {
  private static final Deadline LONG = Deadline.in(Duration.ofHours(1));
  private static final Deadline OVER = Deadline.in(Duration.ZERO);

  private final MemoryStore disk = new MemoryStore(NodeTables.ALL);
  private final FakeChain chain = new FakeChain();
  private final FakeStreams streams = new FakeStreams();
  private AnchorService service;

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void shouldComeBackWhenTheChainHasAllThatWaited() throws LogBusyException {
    chain.answer(new Status.Pending());
    service = open(100);
    request(0, 3);
    assertThat(service.anchorNow(LONG)).isEqualTo(new Sent(3, 0, Optional.empty()));
    assertThat(chain.roots()).hasSize(1);
    assertThat(streams.stamped()).isZero();
    // With the chain already, though not final: nothing to wait for.
    assertThat(service.anchorNow(LONG)).isEqualTo(new Sent(0, 0, Optional.empty()));
  }

  @Test
  void shouldWaitForAsManyBatchesAsItTakes() throws LogBusyException {
    service = open(2);
    request(0, 5);
    assertThat(service.anchorNow(LONG)).isEqualTo(new Sent(5, 0, Optional.empty()));
    assertThat(chain.roots()).hasSize(3);
  }

  @Test
  void shouldSayWhatIsLeftWhileAnotherBatchIsInWork() throws LogBusyException {
    chain.answer(new Status.Pending());
    service = open(100);
    request(0, 1);
    service.anchorNow(LONG);
    request(1, 2);
    Sent sent = service.anchorNow(OVER);
    assertThat(sent.requests()).isEqualTo(2);
    assertThat(sent.left()).isEqualTo(2);
    assertThat(sent.why().orElseThrow()).contains("Batch 1 with 1 requests is in work");
    chain.answer(FakeChain.finalNow());
    assertThat(service.anchorNow(LONG).left()).isZero();
    assertThat(chain.roots()).hasSize(2);
  }

  @Test
  void shouldSayWhyAChainThatDoesNotAnswerHasNothing() throws LogBusyException {
    chain.fail(new AnchorException("The chain does not answer", Retry.LATER, null));
    service = open(100);
    request(0, 2);
    service.anchorNow();
    await(() -> service.overview().lastError().isPresent());
    Sent sent = service.anchorNow(OVER);
    assertThat(sent.left()).isEqualTo(2);
    assertThat(sent.why()).contains("The chain does not answer");
    chain.fail(null);
    assertThat(service.anchorNow(LONG).left()).isZero();
  }

  @Test
  void shouldSayWhatFailedForGood() throws LogBusyException {
    chain.fail(new AnchorException("no funds", Retry.NEVER, null));
    service = open(100);
    request(0, 2);
    assertThat(service.anchorNow(LONG)).isEqualTo(new Sent(2, 2, Optional.of("no funds")));
  }

  @Test
  void shouldNotWaitForAChainThatIsNotThere() throws LogBusyException {
    service =
        new AnchorService(
            FragileStore.solid(disk),
            FixedExtensions.builder().build(),
            () -> Optional.of(AnchoredStreams.of(streams)),
            settings(false, 0, 100),
            InstantSource.system());
    request(0, 2);
    Sent sent = service.anchorNow(LONG);
    assertThat(sent.left()).isEqualTo(2);
    assertThat(sent.why().orElseThrow()).contains("The part that writes anchors to");
  }

  @Test
  void shouldTellOverHttp() throws LogBusyException, HttpProblem, CodecException {
    service = open(100);
    request(0, 1);
    HttpReply.Body reply =
        (HttpReply.Body)
            OperatorRoutes.of(service).get(1).handle(FakeHttpCall.of("POST", "/admin/anchor/now"));
    assertThat(reply.status()).isEqualTo(202);
    assertThat(Json.parse(reply.parts().get(0)))
        .isEqualTo(Ipld.map("requests", Ipld.of(1), "left", Ipld.of(0), "why", Ipld.NULL));
    assertThat(chain.roots()).hasSize(1);
  }

  /** What comes in while batches are sent does not take the places of what waited before. */
  @Test
  void shouldGoRoundByAllThatWaitedWhenTheRoundBegan() throws LogBusyException {
    service = open(100);
    NodeStore store = FragileStore.solid(new MemoryStore(NodeTables.ALL));
    RequestQueue queue = new RequestQueue(store);
    List<Leaf> collected = new ArrayList<>();
    for (int start = 0; start < 20; start++) {
      int first = start * 1_000;
      List<Leaf> waited = put(store, queue, first, 6);
      queue.beginRound();
      collected.clear();
      for (int batch = 1; !queue.roundOver(); batch++) {
        assertThat(batch).isLessThan(200);
        queue.collect(BatchHeader.first(batch), 2, collected::addAll, LONG);
        put(store, queue, first + batch * 10, 1);
      }
      assertThat(collected).containsAll(waited);
    }
  }

  private static List<Leaf> put(NodeStore store, RequestQueue queue, int first, int count)
      throws LogBusyException {
    List<Leaf> leaves = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      Leaf leaf = new Leaf(RequestKey.own(stream(i)), tip(i, 0), 1);
      RequestQueue.Put put = queue.put(leaf, batch -> false);
      store.write(put::write, Durability.SYNCED, LONG);
      put.committed();
      leaves.add(leaf);
    }
    return leaves;
  }

  private AnchorService open(int most) {
    return new AnchorService(
        FragileStore.solid(disk),
        FixedExtensions.builder().add(AnchorChain.class, FakeChain.ID, chain).build(),
        () -> Optional.of(AnchoredStreams.of(streams)),
        settings(false, 0, most),
        InstantSource.system());
  }

  private void request(int first, int count) throws LogBusyException {
    for (int i = first; i < first + count; i++) {
      streams.tip(stream(i), tip(i, 0));
      service.request(stream(i), tip(i, 0), Deadline.in(Duration.ofSeconds(30)));
    }
  }
}
