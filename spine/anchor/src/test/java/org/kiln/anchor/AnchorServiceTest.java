package org.kiln.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorChain.Status;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.api.store.Durability;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.AnchorControl.Overview;
import org.kiln.core.anchor.TimestampDesk;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.Json;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.ProofPath;
import org.kiln.store.memory.MemoryStore;
import org.kiln.testkit.FakeHttpCall;

final class AnchorServiceTest {
  private final MemoryStore disk = new MemoryStore(NodeTables.ALL);
  private final FakeChain chain = new FakeChain();
  private final FakeStreams streams = new FakeStreams();
  private final List<AnchorService> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(AnchorService::close);
  }

  @Test
  void shouldAnchorWhatIsRequested() throws LogBusyException {
    AnchorService service = open(settings(true, 10, 1000));
    for (int i = 0; i < 30; i++) {
      assertThat(request(service, i, 0)).isEqualTo(AnchorStatus.PENDING);
    }
    await(() -> streams.stamped() == 30);
    await(() -> service.overview().batch().isEmpty());
    for (int i = 0; i < 30; i++) {
      assertThat(streams.timeEvents(tip(i, 0))).hasSize(1);
      assertThat(service.status(stream(i), tip(i, 0))).isEqualTo(AnchorStatus.NOT_REQUESTED);
    }
    Overview overview = service.overview();
    assertThat(overview.waiting()).isZero();
    assertThat(overview.eventsWritten()).isEqualTo(30);
    assertThat(overview.batchesDone()).isEqualTo(chain.roots().size());
  }

  @Test
  void shouldAnchorOnlyTheNewestTipOfAStream() throws LogBusyException {
    AnchorService service = open(settings(false, 0, 1000));
    for (int version = 0; version < 5; version++) {
      request(service, 1, version);
    }
    assertThat(service.overview().waiting()).isEqualTo(1);
    assertThat(service.status(stream(1), tip(1, 0))).isEqualTo(AnchorStatus.NOT_REQUESTED);
    assertThat(service.status(stream(1), tip(1, 4))).isEqualTo(AnchorStatus.PENDING);
    assertThat(service.anchorNow()).isEqualTo(1);
    await(() -> streams.stamped() == 1);
    assertThat(streams.timeEvents(tip(1, 4))).hasSize(1);
  }

  @Test
  void shouldNotBeginByItselfWhenAutomaticIsOff() throws LogBusyException {
    AnchorService service = open(settings(false, 0, 2));
    for (int i = 0; i < 5; i++) {
      request(service, i, 0);
    }
    assertThat(chain.calls()).isZero();
    assertThat(service.anchorNow()).isEqualTo(5);
    // Two fit in a batch: it takes three.
    await(() -> service.overview().batchesDone() == 3);
    assertThat(streams.stamped()).isEqualTo(5);
    assertThat(service.overview().waiting()).isZero();
    // What comes after that waits for the operator again.
    request(service, 5, 0);
    assertThat(service.overview().waiting()).isEqualTo(1);
  }

  @Test
  void shouldTakeNoRequestsWhenSwitchedOff() throws LogBusyException {
    AnchorSettings off = settings(true, 0, 10);
    AnchorService service =
        open(
            FragileStore.solid(disk),
            new AnchorSettings(
                false,
                true,
                off.chain(),
                off.batchInterval(),
                10,
                off.callTimeout(),
                off.pollInterval(),
                off.retryFirst(),
                off.retryMost(),
                4,
                off.ticketRetention()));
    assertThat(service.prepare(stream(1), tip(1, 0))).isEmpty();
    assertThat(request(service, 1, 0)).isEqualTo(AnchorStatus.NOT_REQUESTED);
    assertThat(service.chain()).isEmpty();
    assertThat(service.overview().waiting()).isZero();
  }

  @Test
  void shouldBeginABatchAtOnceWhenItIsFull() throws LogBusyException {
    AnchorService service = open(settings(true, 3_600_000, 3));
    request(service, 1, 0);
    request(service, 2, 0);
    assertThat(service.overview().batchesDone()).isZero();
    request(service, 3, 0);
    await(() -> streams.stamped() == 3);
    assertThat(chain.roots()).hasSize(1);
  }

  @Test
  void shouldShowHowFarARequestIs() throws LogBusyException {
    chain.answer(new Status.Pending());
    AnchorService service = open(settings(true, 0, 100));
    request(service, 1, 0);
    await(() -> service.status(stream(1), tip(1, 0)) == AnchorStatus.PROCESSING);
    assertThat(service.overview().batch().orElseThrow().stage()).isEqualTo("submitted");
    assertThat(service.overview().batch().orElseThrow().reference()).contains("tx-0");
    assertThat(service.overview().batch().orElseThrow().root())
        .contains(chain.roots().get(0).toString());
    // Asking again for what is in work adds nothing.
    assertThat(request(service, 1, 0)).isEqualTo(AnchorStatus.PROCESSING);
    assertThat(service.overview().waiting()).isZero();
    chain.answer(new Status.Included(1));
    int calls = chain.calls();
    await(() -> chain.calls() > calls + 2);
    assertThat(streams.stamped()).isZero();
    chain.answer(FakeChain.finalNow());
    await(() -> streams.stamped() == 1);
  }

  @Test
  void shouldGoBackToPendingWhenTheTransactionIsLost() throws LogBusyException {
    chain.answer(new Status.Pending());
    AnchorService service = open(settings(true, 0, 100));
    request(service, 1, 0);
    await(() -> service.status(stream(1), tip(1, 0)) == AnchorStatus.PROCESSING);
    chain.answer(new Status.Lost("reorganised"));
    await(() -> service.overview().lastError().orElse("").contains("reorganised"));
    await(() -> service.status(stream(1), tip(1, 0)) == AnchorStatus.PENDING);
    chain.answer(FakeChain.finalNow());
    await(() -> streams.stamped() == 1);
    assertThat(chain.roots()).as("the same root again").hasSize(1);
  }

  @Test
  void shouldTryAgainWhileTheChainIsOutOfReach() throws LogBusyException {
    chain.fail(new AnchorException("no route to chain", Retry.LATER, null));
    AnchorService service = open(settings(true, 0, 100));
    request(service, 1, 0);
    await(() -> chain.calls() > 3);
    assertThat(service.status(stream(1), tip(1, 0))).isEqualTo(AnchorStatus.PENDING);
    assertThat(service.overview().lastError()).contains("no route to chain");
    chain.fail(null);
    await(() -> streams.stamped() == 1);
    await(() -> service.overview().lastError().isEmpty());
  }

  @Test
  void shouldWaitForAChainThatIsNotInstalled() throws LogBusyException {
    AnchorService service =
        track(
            new AnchorService(
                FragileStore.solid(disk),
                FixedExtensions.builder().build(),
                () -> Optional.of(AnchoredStreams.of(streams)),
                settings(true, 0, 10),
                InstantSource.system()));
    request(service, 1, 0);
    await(() -> service.overview().lastError().orElse("").contains("fake:1"));
    assertThat(service.status(stream(1), tip(1, 0))).isEqualTo(AnchorStatus.PENDING);
  }

  @Test
  void shouldKeepFailedRequestsUntilSomebodyAsksAgain() throws LogBusyException {
    chain.fail(new AnchorException("no funds", Retry.NEVER, null));
    AnchorService service = open(settings(true, 0, 100));
    request(service, 1, 0);
    request(service, 2, 0);
    await(() -> service.overview().failed() == 2);
    // They are counted before the worker lets go of their batch.
    await(() -> service.status(stream(1), tip(1, 0)) == AnchorStatus.FAILED);
    assertThat(service.status(stream(1), tip(1, 1))).isEqualTo(AnchorStatus.NOT_REQUESTED);
    await(() -> service.status(stream(2), tip(2, 0)) == AnchorStatus.FAILED);
    // The batch is over, what is wrong is not.
    await(() -> service.overview().batch().isEmpty());
    assertThat(service.overview().lastError()).contains("no funds");
    service.close();

    chain.fail(null);
    AnchorService next = open(settings(true, 0, 100));
    assertThat(next.status(stream(1), tip(1, 0))).isEqualTo(AnchorStatus.FAILED);
    assertThat(next.overview().failed()).isEqualTo(2);
    // A client asks for one of them, the operator for the rest.
    request(next, 1, 0);
    await(() -> streams.stamped() == 1);
    assertThat(next.overview().failed()).isEqualTo(1);
    assertThat(next.anchorNow()).isEqualTo(1);
    await(() -> streams.stamped() == 2);
    assertThat(next.overview().failed()).isZero();
    await(() -> next.overview().lastError().isEmpty());
  }

  @Test
  void shouldNotStampATipTheStreamHasLeft() throws LogBusyException {
    chain.answer(new Status.Pending());
    AnchorService service = open(settings(true, 0, 100));
    request(service, 1, 0);
    await(() -> service.status(stream(1), tip(1, 0)) == AnchorStatus.PROCESSING);
    streams.tip(stream(1), tip(1, 1));
    chain.answer(FakeChain.finalNow());
    await(() -> service.overview().batchesDone() == 1);
    assertThat(streams.stamped()).isZero();
    assertThat(streams.asked()).containsExactly(stream(1));
  }

  @Test
  void shouldDeliverLaterWhenTheStreamServiceIsBusy() throws LogBusyException {
    streams.refuse(StreamException.Reason.BUSY);
    AnchorService service = open(settings(true, 0, 100));
    request(service, 1, 0);
    await(() -> service.overview().batch().map(b -> b.retries() > 1).orElse(false));
    assertThat(service.overview().batch().orElseThrow().stage()).isEqualTo("final");
    streams.refuse(null);
    await(() -> streams.stamped() == 1);
    assertThat(chain.roots()).hasSize(1);
  }

  @Test
  void shouldNotBeHeldUpByARequestForAnUnknownStream() throws LogBusyException {
    AnchorService service = open(settings(true, 20, 100));
    service.request(stream(99), tip(99, 0), in());
    request(service, 1, 0);
    await(() -> streams.stamped() == 1);
    await(() -> service.overview().batch().isEmpty());
    assertThat(service.overview().waiting()).isZero();
  }

  @Test
  void shouldCarryBatchesOfManySlices() throws LogBusyException {
    AnchorService service = open(settings(false, 0, 5_000));
    for (int i = 0; i < 5_500; i++) {
      request(service, i, 0);
    }
    service.anchorNow();
    // All that waits is sent, in as many batches as it takes, and nothing that comes later.
    await(() -> streams.stamped() == 5_500);
    await(() -> service.overview().batch().isEmpty());
    assertThat(service.overview().waiting()).isZero();
    assertThat(chain.roots()).hasSize(2);
    request(service, 6_000, 0);
    assertThat(service.overview().waiting()).isEqualTo(1);
  }

  /** Killed before or just after each write, at every step from the request to the end. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void shouldLoseAndDoubleNothingWhenKilledAtAnyWrite(boolean lastOneLands)
      throws LogBusyException {
    int survived = 0;
    for (int writes = 0; survived == 0; writes++) {
      MemoryStore store = new MemoryStore(NodeTables.ALL);
      FakeChain theChain = new FakeChain();
      FakeStreams theStreams = new FakeStreams();
      if (writes % 2 == 1) {
        theChain.answer(new Status.Pending());
      }
      Map<Integer, Boolean> acknowledged = new HashMap<>();
      FragileStore fragile = new FragileStore(store, writes, lastOneLands);
      AnchorSettings settings = settings(false, 0, 3);
      try (AnchorService first = service(fragile, theChain, theStreams, settings)) {
        for (int i = 0; i < 4; i++) {
          theStreams.tip(stream(i), tip(i, 0));
          try {
            first.request(stream(i), tip(i, 0), in());
            acknowledged.put(i, true);
          } catch (org.kiln.api.store.StoreException e) {
            break;
          }
        }
        first.anchorNow();
        FakeStreams seen = theStreams;
        AnchorService running = first;
        await(
            () -> {
              theChain.answer(FakeChain.finalNow());
              // All that waits, in two batches.
              return fragile.dead() || seen.stamped() >= 4 && running.overview().batchesDone() == 2;
            });
      }
      survived = fragile.dead() ? 0 : 1;
      try (AnchorService second =
          service(FragileStore.solid(store), theChain, theStreams, settings)) {
        FakeStreams seen = theStreams;
        await(
            () -> {
              second.anchorNow();
              return acknowledged.keySet().stream()
                  .allMatch(i -> !seen.timeEvents(tip(i, 0)).isEmpty());
            });
        await(() -> second.overview().batch().isEmpty() && second.overview().waiting() == 0);
        for (int i : acknowledged.keySet()) {
          assertThat(theStreams.timeEvents(tip(i, 0)))
              .as("writes " + writes + " stream " + i)
              .hasSize(1);
          assertThat(second.status(stream(i), tip(i, 0))).isEqualTo(AnchorStatus.NOT_REQUESTED);
        }
      }
      // 4 tips in batches of 3: no root more than it takes.
      assertThat(theChain.roots()).as("writes " + writes).hasSizeLessThanOrEqualTo(2);
    }
    assertThat(survived).isEqualTo(1);
  }

  /** The same for the requests of another node, whose answers must be there as well. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void shouldLoseNoRequestOfAnotherNodeWhenKilledAtAnyWrite(boolean lastOneLands)
      throws LogBusyException {
    int survived = 0;
    for (int writes = 0; survived == 0; writes++) {
      MemoryStore store = new MemoryStore(NodeTables.ALL);
      FakeChain theChain = new FakeChain();
      List<Integer> acknowledged = new ArrayList<>();
      FragileStore fragile = new FragileStore(store, writes, lastOneLands);
      AnchorSettings settings = settings(false, 0, 3);
      try (AnchorService first = service(fragile, theChain, streams, settings)) {
        for (int i = 0; i < 3; i++) {
          try {
            first.request("did:key:a", stream(i), tip(i, 0), in());
            acknowledged.add(i);
          } catch (org.kiln.api.store.StoreException e) {
            break;
          }
        }
        first.anchorNow();
        await(() -> fragile.dead() || first.overview().batchesDone() == 1);
      }
      survived = fragile.dead() ? 0 : 1;
      try (AnchorService second = service(FragileStore.solid(store), theChain, streams, settings)) {
        await(
            () -> {
              second.anchorNow();
              return acknowledged.stream()
                  .allMatch(
                      i ->
                          second.ticket("did:key:a", tip(i, 0)).orElseThrow().status()
                              == TimestampDesk.Status.COMPLETED);
            });
        for (int i : acknowledged) {
          // The client asks once more, not knowing that its answer was lost: no second request.
          assertThat(second.request("did:key:a", stream(i), tip(i, 0), in()).created()).isFalse();
          assertThat(second.ticket("did:key:a", tip(i, 0)).orElseThrow().witnessCar()).isPresent();
        }
        await(() -> second.overview().batch().isEmpty() && second.overview().waiting() == 0);
      }
      assertThat(theChain.roots()).as("writes " + writes).hasSizeLessThanOrEqualTo(1);
    }
    assertThat(survived).isEqualTo(1);
  }

  @Test
  void shouldAnchorForOtherNodes() throws LogBusyException, CodecException {
    chain.answer(new Status.Pending());
    AnchorService service = open(settings(true, 0, 100));
    TimestampDesk.Answer answer = service.request("did:key:a", stream(1), tip(1, 0), in());
    assertThat(answer.created()).isTrue();
    assertThat(answer.ticket().status())
        .isIn(TimestampDesk.Status.PENDING, TimestampDesk.Status.PROCESSING);
    assertThat(service.request("did:key:a", stream(1), tip(1, 0), in()).created()).isFalse();
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                == TimestampDesk.Status.PROCESSING);
    assertThat(service.ticket("did:key:a", tip(2, 0))).isEmpty();
    chain.answer(FakeChain.finalNow());
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                == TimestampDesk.Status.COMPLETED);
    TimestampDesk.Ticket ticket = service.ticket("did:key:a", tip(1, 0)).orElseThrow();
    assertThat(ticket.id()).isEqualTo(answer.ticket().id());
    Car car = Car.read(ticket.witnessCar().orElseThrow());
    assertThat(car.roots()).containsExactly(ticket.timeEvent().orElseThrow());
    Map<Cid, Block> blocks = new HashMap<>();
    car.blocks().forEach(block -> blocks.put(block.cid(), block));
    DecodedEvent event = EventDecoder.decode(car.roots().get(0), EventDecoder.Blocks.of(blocks));
    Event.Time time = (Event.Time) event.event();
    assertThat(time.prev()).isEqualTo(tip(1, 0));
    assertThat(time.id()).contains(stream(1).init());
    assertThat(ProofPath.verify(time, EventDecoder.Blocks.of(blocks)))
        .isEqualTo(FakeChain.proof(chain.roots().get(0)));
    assertThat(streams.stamped()).as("not our stream").isZero();
    // It is still there after a restart, and known.
    service.close();
    AnchorService next = open(settings(true, 0, 100));
    assertThat(next.request("did:key:a", stream(1), tip(1, 0), in()).ticket().status())
        .isEqualTo(TimestampDesk.Status.COMPLETED);
  }

  @Test
  void shouldReplaceAnOlderTipOfTheSameClientOnly() throws LogBusyException {
    AnchorService service = open(settings(false, 0, 100));
    service.request("did:key:a", stream(1), tip(1, 0), in());
    service.request("did:key:b", stream(1), tip(1, 1), in());
    service.request("did:key:a", stream(1), tip(1, 2), in());
    request(service, 1, 3);
    assertThat(service.ticket("did:key:a", tip(1, 0)).orElseThrow().status())
        .isEqualTo(TimestampDesk.Status.REPLACED);
    assertThat(service.ticket("did:key:b", tip(1, 1)).orElseThrow().status())
        .isEqualTo(TimestampDesk.Status.PENDING);
    // Asking for the replaced one again does not push out what replaced it.
    assertThat(service.request("did:key:a", stream(1), tip(1, 0), in()).ticket().status())
        .isEqualTo(TimestampDesk.Status.REPLACED);
    assertThat(service.overview().waiting()).isEqualTo(3);
    service.anchorNow();
    await(
        () ->
            service.ticket("did:key:a", tip(1, 2)).orElseThrow().status()
                == TimestampDesk.Status.COMPLETED);
    assertThat(service.ticket("did:key:b", tip(1, 1)).orElseThrow().status())
        .isEqualTo(TimestampDesk.Status.COMPLETED);
    await(() -> streams.stamped() == 1);
  }

  @Test
  void shouldTellRequestsApartByStreamAndTip() throws LogBusyException, CodecException {
    AnchorService service = open(settings(false, 0, 100));
    // Another client asks for the tip first, under a stream of its own.
    service.request("did:key:rival", stream(2), tip(1, 0), in());
    TimestampDesk.Answer answer = service.request("did:key:a", stream(1), tip(1, 0), in());
    assertThat(answer.created()).isTrue();
    assertThat(answer.ticket().stream()).isEqualTo(stream(1));
    assertThat(service.overview().waiting()).isEqualTo(2);
    service.anchorNow();
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                    == TimestampDesk.Status.COMPLETED
                && service.ticket("did:key:rival", tip(1, 0)).orElseThrow().status()
                    == TimestampDesk.Status.COMPLETED);
    for (String client : List.of("did:key:a", "did:key:rival")) {
      TimestampDesk.Ticket ticket = service.ticket(client, tip(1, 0)).orElseThrow();
      StreamId asked = stream(client.equals("did:key:a") ? 1 : 2);
      assertThat(ticket.stream()).isEqualTo(asked);
      Car car = Car.read(ticket.witnessCar().orElseThrow());
      assertThat(((Ipld.Map) DagCbor.decode(car.blocks().get(0).data())).entries())
          .containsEntry("id", Ipld.of(asked.init()))
          .containsEntry("prev", Ipld.of(tip(1, 0)));
    }
    // Who never asked sees the one that was asked for first.
    assertThat(service.ticket("did:key:nobody", tip(1, 0)).orElseThrow().stream())
        .isEqualTo(stream(2));
  }

  @Test
  void shouldNotLetAnotherClientTakeARequestBack() throws LogBusyException {
    AnchorService service = open(settings(false, 0, 100));
    service.request("did:key:rival", stream(1), tip(1, 0), in());
    assertThat(service.request("did:key:a", stream(1), tip(1, 0), in()).created()).isFalse();
    service.request("did:key:rival", stream(1), tip(9, 9), in());
    assertThat(service.ticket("did:key:a", tip(1, 0)).orElseThrow().status())
        .isEqualTo(TimestampDesk.Status.PENDING);
    service.anchorNow();
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                == TimestampDesk.Status.COMPLETED);
  }

  @Test
  void shouldBeginAnewWhatOnlyAnotherClientHasReplaced() throws LogBusyException {
    AnchorService service = open(settings(false, 0, 100));
    service.request("did:key:rival", stream(1), tip(1, 0), in());
    service.request("did:key:rival", stream(1), tip(9, 9), in());
    assertThat(service.ticket("did:key:rival", tip(1, 0)).orElseThrow().status())
        .isEqualTo(TimestampDesk.Status.REPLACED);
    TimestampDesk.Answer answer = service.request("did:key:a", stream(1), tip(1, 0), in());
    assertThat(answer.ticket().status()).isEqualTo(TimestampDesk.Status.PENDING);
    service.anchorNow();
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                == TimestampDesk.Status.COMPLETED);
  }

  /** As a node wrote it that told tickets apart by their tips alone. */
  @Test
  void shouldReadTicketsFromBeforeStreamsToldThemApart() throws LogBusyException {
    TicketTable table = new TicketTable(FragileStore.solid(disk));
    AnchorService service = open(settings(true, 0, 100));
    service.request("did:key:a", stream(1), tip(1, 0), in());
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                == TimestampDesk.Status.COMPLETED);
    service.close();
    disk.write(
        batch -> {
          byte[] key = TicketKey.ticket(tip(1, 0), stream(1));
          byte[] value = batch.get(NodeTables.ANCHOR_TICKETS, key);
          batch.delete(NodeTables.ANCHOR_TICKETS, key);
          batch.delete(
              NodeTables.ANCHOR_TICKETS, TicketKey.asked(tip(1, 0), TicketKey.client("did:key:a")));
          batch.put(NodeTables.ANCHOR_TICKETS, tip(1, 0).bytes(), value);
        },
        Durability.SYNCED);
    AnchorService next = open(settings(false, 0, 100));
    assertThat(next.ticket("did:key:a", tip(1, 0)).orElseThrow().status())
        .isEqualTo(TimestampDesk.Status.COMPLETED);
    assertThat(next.request("did:key:a", stream(1), tip(1, 0), in()).created()).isFalse();
    assertThat(next.request("did:key:rival", stream(2), tip(1, 0), in()).created()).isTrue();
    next.close();
    table.sweep(System.currentTimeMillis() + 60_000, in());
    // Only the one that still waits is left.
    assertThat(table.get("did:key:a", tip(1, 0)).orElseThrow().stream()).isEqualTo(stream(2));
    assertThat(table.get("did:key:rival", tip(1, 0)).orElseThrow().stream()).isEqualTo(stream(2));
  }

  @Test
  void shouldTellOtherNodesOfFailure() throws LogBusyException {
    chain.fail(new AnchorException("no funds", Retry.NEVER, null));
    AnchorService service = open(settings(true, 0, 100));
    service.request("did:key:a", stream(1), tip(1, 0), in());
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                == TimestampDesk.Status.FAILED);
    assertThat(service.ticket("did:key:a", tip(1, 0)).orElseThrow().message())
        .isEqualTo("no funds");
    chain.fail(null);
    service.request("did:key:a", stream(1), tip(1, 0), in());
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                == TimestampDesk.Status.COMPLETED);
  }

  @Test
  void shouldGiveCeramicOneItsTreeWithoutStreamAndTip() throws LogBusyException, CodecException {
    AnchorService service = open(settings(true, 0, 100));
    StreamId node = StreamId.of(4, tip(7, 7));
    service.request("did:key:one", node, tip(1, 0), in());
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                == TimestampDesk.Status.COMPLETED);
    Car car =
        Car.read(service.ticket("did:key:a", tip(1, 0)).orElseThrow().witnessCar().orElseThrow());
    assertThat(((Ipld.Map) DagCbor.decode(car.blocks().get(0).data())).entries())
        .containsOnlyKeys("path", "proof");
  }

  @Test
  void shouldDropOldTickets() throws LogBusyException {
    TicketTable table = new TicketTable(FragileStore.solid(disk));
    AnchorService service = open(settings(true, 0, 100));
    service.request("did:key:a", stream(1), tip(1, 0), in());
    await(
        () ->
            service.ticket("did:key:a", tip(1, 0)).orElseThrow().status()
                == TimestampDesk.Status.COMPLETED);
    service.close();
    table.sweep(System.currentTimeMillis() - 60_000, in());
    assertThat(table.get("did:key:a", tip(1, 0))).isPresent();
    table.sweep(System.currentTimeMillis() + 60_000, in());
    assertThat(table.get("did:key:a", tip(1, 0))).isEmpty();
  }

  @Test
  void shouldObeyTheOperatorsRoutes() throws LogBusyException, HttpProblem, CodecException {
    AnchorService service = open(settings(false, 0, 100));
    request(service, 1, 0);
    HttpRoute show = OperatorRoutes.of(service).get(0);
    HttpRoute now = OperatorRoutes.of(service).get(1);
    assertThat(show.access()).isEqualTo(HttpRoute.Access.VIEWER);
    assertThat(now.access()).isEqualTo(HttpRoute.Access.OPERATOR);
    assertThat(now.methods()).containsExactly("POST");
    assertThat(json(show).entries())
        .containsEntry("waiting", Ipld.of(1))
        .containsEntry("automatic", Ipld.FALSE)
        .containsEntry("chain", Ipld.of(FakeChain.ID))
        .containsEntry("batch", Ipld.NULL);
    assertThat(json(now).entries()).containsEntry("requests", Ipld.of(1));
    await(() -> streams.stamped() == 1);
  }

  private static Ipld.Map json(HttpRoute route) throws HttpProblem, CodecException {
    HttpReply.Body reply = (HttpReply.Body) route.handle(FakeHttpCall.of("POST", "/admin/anchor"));
    return (Ipld.Map) Json.parse(reply.parts().get(0));
  }

  private AnchorStatus request(AnchorService service, int stream, int version)
      throws LogBusyException {
    streams.tip(stream(stream), tip(stream, version));
    return service.request(stream(stream), tip(stream, version), in());
  }

  private AnchorService open(AnchorSettings settings) {
    return open(FragileStore.solid(disk), settings);
  }

  private AnchorService open(NodeStore store, AnchorSettings settings) {
    return track(service(store, chain, streams, settings));
  }

  private AnchorService track(AnchorService service) {
    opened.add(service);
    return service;
  }

  static AnchorService service(
      NodeStore store, FakeChain chain, FakeStreams streams, AnchorSettings settings) {
    return new AnchorService(
        store,
        FixedExtensions.builder().add(AnchorChain.class, FakeChain.ID, chain).build(),
        () -> Optional.of(AnchoredStreams.of(streams)),
        settings,
        InstantSource.system());
  }

  static AnchorSettings settings(boolean automatic, long intervalMs, int most) {
    return new AnchorSettings(
        true,
        automatic,
        FakeChain.ID,
        Duration.ofMillis(intervalMs),
        most,
        Duration.ofSeconds(60),
        Duration.ofMillis(5),
        Duration.ofMillis(2),
        Duration.ofMillis(20),
        16,
        Duration.ofDays(1));
  }

  static StreamId stream(int number) {
    return StreamId.of(3, Cid.sha256(Cid.DAG_JOSE, ByteBuffer.allocate(4).putInt(number).array()));
  }

  static Cid tip(int stream, int version) {
    return Cid.sha256(Cid.DAG_JOSE, ByteBuffer.allocate(8).putInt(stream).putInt(version).array());
  }

  static Deadline in() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  static void await(BooleanSupplier condition) {
    Deadline deadline = in();
    while (!condition.getAsBoolean()) {
      assertThat(deadline.expired()).as("waited too long").isFalse();
      LockSupport.parkNanos(1_000_000);
    }
  }
}
