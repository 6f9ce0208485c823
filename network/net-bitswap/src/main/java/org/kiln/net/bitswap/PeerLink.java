package org.kiln.net.bitswap;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.net.bitswap.BitswapMessage.Payload;
import org.kiln.net.bitswap.BitswapMessage.Presence;
import org.kiln.net.bitswap.BitswapMessage.Want;
import org.kiln.net.bitswap.PeerLedger.Debt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes to and fro with one peer: our questions, its wants, and the one stream that messages go
 * out on. A virtual thread writes as long as there is something to write. Thread-safe.
 */
final class PeerLink {
  /** Told when a peer cannot be written to. */
  interface Listener {
    /** What was asked of it is lost. */
    void unreachable(PeerLink link, boolean slow);
  }

  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final Duration OPENING = Duration.ofSeconds(10);
  private static final int MAX_ENTRIES = 512;
  private static final int MAX_LOOKUPS = 512;

  /**
   * So often may a peer repeat a block it was asked for, on the average: Helia answers each message
   * with all that it has not finished sending, and has up to 50 answers under way.
   */
  private static final int REPETITIONS = 64;

  private static final int MAX_REPETITIONS = 65_536;

  /** A block of this size is given to who only asks whether it is there (boxo, Helia). */
  private static final int SMALL_BLOCK = 1024;

  private final PeerId peer;
  private final LinkContext shared;
  private final Listener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final PeerLedger ledger;
  private final OutstandingWants asked;
  private final Map<Cid, Want> news = new LinkedHashMap<>();
  private int repetitions;
  private boolean greeted;
  private boolean writing;
  private boolean closed;

  // Of the writing thread alone.
  private PeerStream stream;
  private ProtocolVersion version;
  private int meanBlock;

  PeerLink(PeerId peer, LinkContext shared, Listener listener) {
    this.peer = peer;
    this.shared = shared;
    this.listener = listener;
    this.ledger = new PeerLedger(shared.limits.wantsPerPeer(), shared.wantRoom);
    this.asked = new OutstandingWants(shared.limits.wantsPerPeer());
  }

  PeerId peer() {
    return peer;
  }

  /**
   * Asks for a block.
   *
   * @param block for the block itself, or just whether it is there
   * @return false when the peer has enough questions to answer
   */
  boolean ask(Cid cid, boolean block) {
    lock.lock();
    try {
      if (closed || !asked.hasRoom()) {
        return false;
      }
      if (asked.ask(cid, block)) {
        news.put(cid, new Want(cid, 1, false, !block, true));
        wake();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a question back. */
  void cancel(Cid cid) {
    lock.lock();
    try {
      if (!asked.cancel(cid)) {
        return;
      }
      Want unsent = news.remove(cid);
      if (unsent == null) {
        news.put(cid, new Want(cid, 0, true, false, false));
        wake();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean expects(Prefix prefix) {
    lock.lock();
    try {
      return asked.expects(prefix);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What became of blocks that came.
   *
   * @param wanted those that were asked for
   * @param again how many were sent before
   * @param tooOften how many of those are beyond what may happen between honest peers
   * @param unasked how many nobody asked for
   */
  record Accepted(List<Block> wanted, int again, int tooOften, int unasked) {}

  /** Notes blocks that came. */
  Accepted accept(List<Block> blocks) {
    List<Block> wanted = new ArrayList<>(blocks.size());
    int again = 0;
    int unasked = 0;
    lock.lock();
    try {
      for (Block block : blocks) {
        // A want of that block that has not left yet would be answered a second time.
        news.remove(block.cid());
        switch (asked.receive(block.cid())) {
          case ANSWER -> wanted.add(block);
          case AGAIN -> again++;
          case UNASKED -> unasked++;
        }
      }
      repetitions = Math.min(MAX_REPETITIONS, repetitions + wanted.size() * REPETITIONS) - again;
      int tooOften = Math.max(0, -repetitions);
      repetitions += tooOften;
      return new Accepted(wanted, again, tooOften, unasked);
    } finally {
      lock.unlock();
    }
  }

  /** Notes an answer; false when nobody asked. */
  boolean presence(Presence presence) {
    lock.lock();
    try {
      return asked.presence(presence.cid(), presence.has());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes in what the peer wants.
   *
   * @param full whether it wants nothing else
   * @return how many wants were dropped for want of room
   */
  int wanted(boolean full, List<Want> wants) {
    int dropped = 0;
    lock.lock();
    try {
      if (closed) {
        return 0;
      }
      if (full) {
        ledger.clear().forEach(cid -> shared.awaited.remove(cid, this));
      }
      for (Want want : wants) {
        if (want.cancel()) {
          shared.awaited.remove(want.cid(), this);
        } else {
          Cid oldest = ledger.makeRoom();
          if (oldest != null) {
            shared.awaited.remove(oldest, this);
            dropped++;
          }
        }
        if (ledger.note(want) != null) {
          dropped++;
        }
      }
      if (ledger.hasDue()) {
        wake();
      }
    } finally {
      lock.unlock();
    }
    return dropped;
  }

  /** A block the peer may be waiting for is there now. */
  void turnedUp(Cid cid) {
    lock.lock();
    try {
      if (!closed && ledger.again(cid)) {
        wake();
      }
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    if (writing) {
      work.signal();
    } else {
      writing = true;
      Thread.ofVirtual().name("bitswap " + peer).start(this::write);
    }
  }

  private void write() {
    try {
      for (Batch batch; (batch = take()) != null; ) {
        BitswapMessage message = compose(batch);
        if (message != null) {
          send(message);
        }
      }
    } catch (IOException e) {
      fail(e instanceof SocketTimeoutException);
    } catch (RuntimeException e) {
      LOG.warn("Cannot answer peer {}", peer, e);
      fail(false);
    }
  }

  /** What the next message is made of. */
  private record Batch(boolean full, List<Want> wants, List<Debt> debts) {}

  /** Waits a while for something to write; null when the thread is to end. */
  private Batch take() {
    lock.lock();
    try {
      long left = shared.limits.streamIdle().toNanos();
      while (!closed && news.isEmpty() && !ledger.hasDue() && left > 0) {
        left = work.awaitNanos(left);
      }
      if (closed || news.isEmpty() && !ledger.hasDue()) {
        rest();
        return null;
      }
      List<Want> wants = new ArrayList<>(Math.min(news.size(), MAX_ENTRIES));
      Iterator<Want> waiting = news.values().iterator();
      while (waiting.hasNext() && wants.size() < MAX_ENTRIES) {
        wants.add(waiting.next());
        waiting.remove();
      }
      boolean full = !greeted && !wants.isEmpty();
      greeted |= full;
      return new Batch(full, wants, ledger.next(MAX_LOOKUPS));
    } catch (InterruptedException e) {
      rest();
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void rest() {
    // Peers take streams away that nobody writes on, and what goes over such a one is lost.
    if (stream != null) {
      stream.close();
      stream = null;
    }
    writing = false;
  }

  private BitswapMessage compose(Batch batch) {
    List<Payload> blocks = new ArrayList<>();
    List<Presence> presences = new ArrayList<>();
    List<Debt> done = new ArrayList<>(batch.debts.size());
    int looked = 0;
    int bytes = batch.wants.size() * BitswapMessage.ENTRY_BYTES;
    int blockBytes = 0;
    shared.readers.acquireUninterruptibly();
    try {
      while (looked < batch.debts.size() && bytes < shared.limits.messageBytes()) {
        Debt debt = batch.debts.get(looked);
        Cid cid = debt.want.cid();
        Optional<Block> found = look(cid);
        if (found.isPresent()) {
          int size = found.get().size();
          if (debt.want.haveOnly() && size > SMALL_BLOCK) {
            presences.add(new Presence(cid, true));
            bytes += BitswapMessage.ENTRY_BYTES;
          } else if (!blocks.isEmpty()
              && bytes + size > BitswapMessage.MAX_BLOCK - BitswapMessage.ENTRY_BYTES) {
            break; // for the next message: nobody must be sent more than 2 MiB at once
          } else {
            blocks.add(new Payload(Prefix.of(cid), found.get().data()));
            bytes += size + 16;
            blockBytes += size;
          }
          done.add(debt);
        } else if (debt.want.sendDontHave()) {
          presences.add(new Presence(cid, false));
          bytes += BitswapMessage.ENTRY_BYTES;
        }
        looked++;
      }
    } finally {
      shared.readers.release();
    }
    if (!blocks.isEmpty()) {
      meanBlock = blockBytes / blocks.size();
    }
    shared.blocksSent.add(blocks.size());
    shared.bytesSent.add(blockBytes);
    int pending = settle(done, batch.debts, looked);
    if (batch.wants.isEmpty() && blocks.isEmpty() && presences.isEmpty()) {
      return null;
    }
    return new BitswapMessage(batch.full, batch.wants, blocks, presences, pending);
  }

  private Optional<Block> look(Cid cid) {
    Optional<Block> found = there(cid);
    if (found.isEmpty()) {
      shared.awaited.add(cid, this);
      // It may have come between the look and the note.
      found = there(cid);
      if (found.isPresent()) {
        shared.awaited.remove(cid, this);
      }
    }
    return found;
  }

  private Optional<Block> there(Cid cid) {
    return shared.source.block(cid).filter(b -> b.size() <= BitswapMessage.MAX_BLOCK);
  }

  /** Notes what was answered and puts back the rest; answers roughly how much that is. */
  private int settle(List<Debt> done, List<Debt> debts, int looked) {
    lock.lock();
    try {
      done.forEach(ledger::forget);
      debts.subList(0, looked).forEach(ledger::postpone);
      debts.subList(looked, debts.size()).forEach(ledger::again);
      if (!shared.awaited.isEmpty()) {
        // What was answered, or taken back meanwhile, is not waited for.
        debts.subList(0, looked).stream()
            .filter(debt -> !ledger.holds(debt))
            .forEach(debt -> shared.awaited.remove(debt.want.cid(), this));
      }
      if (closed) {
        ledger.clear().forEach(cid -> shared.awaited.remove(cid, this));
      }
      return (int) Math.min(Integer.MAX_VALUE, (long) ledger.dueCount() * meanBlock);
    } finally {
      lock.unlock();
    }
  }

  private void send(BitswapMessage message) throws IOException {
    boolean fresh = stream == null;
    try {
      sendOnce(message);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      if (fresh) {
        throw e;
      }
      // The peer may have given the old stream up.
      sendOnce(message);
    }
  }

  private void sendOnce(BitswapMessage message) throws IOException {
    if (stream == null) {
      stream = shared.network.open(peer, ProtocolVersion.IDS, Deadline.in(OPENING));
      version = ProtocolVersion.of(stream.protocol());
    }
    try {
      stream.writeFrame(message.encode(version), Deadline.in(shared.limits.writeTime()));
    } catch (IOException e) {
      stream.reset();
      stream = null;
      throw e;
    }
  }

  private void fail(boolean slow) {
    lock.lock();
    try {
      if (stream != null) {
        stream.reset();
        stream = null;
      }
      forget();
      writing = false;
    } finally {
      lock.unlock();
    }
    listener.unreachable(this, slow);
  }

  private void forget() {
    news.clear();
    asked.abandon();
    greeted = false;
    ledger.clear().forEach(cid -> shared.awaited.remove(cid, this));
  }

  /** The peer is gone, or we are. */
  void close() {
    lock.lock();
    try {
      closed = true;
      forget();
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Wants of the peer that are remembered. */
  int debts() {
    lock.lock();
    try {
      return ledger.size();
    } finally {
      lock.unlock();
    }
  }

  /** Questions the peer has not answered. */
  int questions() {
    lock.lock();
    try {
      return asked.liveCount();
    } finally {
      lock.unlock();
    }
  }
}
