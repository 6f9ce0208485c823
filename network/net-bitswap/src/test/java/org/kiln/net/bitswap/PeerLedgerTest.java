package org.kiln.net.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.net.bitswap.BitswapMessage.Want;
import org.kiln.net.bitswap.PeerLedger.Debt;

class PeerLedgerTest {
  private final Semaphore room = new Semaphore(5);
  private final PeerLedger ledger = new PeerLedger(3, room);

  private static Cid cid(int number) {
    return Cid.sha256(Cid.RAW, new byte[] {(byte) number});
  }

  private Cid want(int number, int priority) {
    return ledger.note(new Want(cid(number), priority, false, false, true));
  }

  private List<Cid> next(int max) {
    return ledger.next(max).stream().map(debt -> debt.want.cid()).toList();
  }

  @Test
  void shouldAnswerTheMostUrgentFirst() {
    want(1, 1);
    want(2, 5);
    want(3, 5);
    assertThat(next(2)).containsExactly(cid(2), cid(3));
    assertThat(next(2)).containsExactly(cid(1));
    assertThat(ledger.hasDue()).isFalse();
    assertThat(ledger.size()).isEqualTo(3);
  }

  @Test
  void shouldDropTheLeastUrgentWhenFull() {
    want(1, 1);
    want(2, 2);
    want(3, 3);
    assertThat(want(4, 1)).as("no more urgent than the least").isEqualTo(cid(4));
    assertThat(want(5, 2)).isEqualTo(cid(1));
    assertThat(next(9)).containsExactly(cid(3), cid(2), cid(5));
  }

  @Test
  void shouldKeepWithinWhatIsLeftForAll() {
    room.acquireUninterruptibly(4);
    assertThat(want(1, 1)).isNull();
    assertThat(want(2, 9)).isEqualTo(cid(2));
    ledger.clear();
    assertThat(room.availablePermits()).isEqualTo(1);
  }

  @Test
  void shouldForgetWhatIsCancelled() {
    want(1, 1);
    Debt taken = ledger.next(1).get(0);
    ledger.note(new Want(cid(1), 0, true, false, false));
    assertThat(ledger.holds(taken)).isFalse();
    assertThat(ledger.again(taken)).isFalse();
    assertThat(ledger.again(cid(1))).isFalse();
    assertThat(room.availablePermits()).isEqualTo(5);
  }

  @Test
  void shouldNotTurnAWantForABlockIntoAQuestion() {
    want(1, 1);
    ledger.note(new Want(cid(1), 1, false, true, true));
    assertThat(ledger.next(1).get(0).want.haveOnly()).isFalse();
    assertThat(ledger.size()).isEqualTo(1);
  }

  @Test
  void shouldLookAgainWhenABlockTurnsUp() {
    want(1, 1);
    ledger.next(1).forEach(ledger::postpone);
    assertThat(ledger.hasDue()).isFalse();
    assertThat(ledger.again(cid(1))).isTrue();
    assertThat(next(1)).containsExactly(cid(1));
  }

  @Test
  void shouldMakeRoomByForgettingWhatIsNotThere() {
    want(1, 1);
    want(2, 1);
    want(3, 1);
    assertThat(ledger.makeRoom()).as("all are yet to be looked at").isNull();
    ledger.next(2).forEach(ledger::postpone);
    assertThat(ledger.makeRoom()).isEqualTo(cid(1));
    assertThat(ledger.makeRoom()).as("there is room").isNull();
    assertThat(want(4, 1)).isNull();
    assertThat(ledger.makeRoom()).isEqualTo(cid(2));
  }
}
