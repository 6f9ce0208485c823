package org.kiln.http.v0;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.kiln.api.http.HttpReply;

/**
 * A JSON answer that comes piece by piece. As long as it is short, and there is room for it, it is
 * sent whole, which costs the node and its client half as much; from the moment it is not, or takes
 * its time, it is written as it comes, so that it takes no more memory than a piece, and ends when
 * its reader has gone. For one thread at a time.
 */
abstract class Pieces {
  /** Longer pieces are not held in memory. */
  static final int LONG_PIECE_BYTES = 32 << 10;

  /** What is sent whole, whoever else is answered. */
  private static final int SHORT_BYTES = 64 << 10;

  /** What is sent whole when there is room for it. */
  private static final int WHOLE_BYTES = 256 << 10;

  /** A text that grows to that size and is copied then takes no more. */
  private static final int ROOM_BYTES = 3 * WHOLE_BYTES;

  private final AnswerRoom room;
  private boolean roomy;
  private byte[] begun;

  /** An answer that is made within that room. */
  Pieces(AnswerRoom room) {
    this.room = room;
  }

  /** What comes next. */
  enum Step {
    /** A piece is there. */
    PIECE,
    /** Nothing yet; white space shows whether the reader is still there. */
    WAITING,
    /** That was all. */
    END
  }

  /**
   * Goes on to the next piece; waits for it, but not for long, and not at all for what may take its
   * time while it {@linkplain #holdsRoom holds room}.
   */
  abstract Step advance();

  /** Whether the piece may be longer than {@link #LONG_PIECE_BYTES}. */
  abstract boolean isLong();

  /** Writes the piece; what comes before the first belongs to it. */
  abstract void write(JsonBytes out);

  /** Writes what comes after the last piece, which may be the first. */
  abstract void end(JsonBytes out);

  /** The answer is being written as it comes; {@link #close} follows, however long that takes. */
  void beginsToFlow() {}

  /**
   * Nobody wants more. An answer that should be written as it comes may never be, nor be closed.
   */
  abstract void close();

  /** Whether memory is taken that others may need: where it is, nobody should wait. */
  final boolean holdsRoom() {
    return roomy;
  }

  /** The answer; an error only before its first byte. */
  final HttpReply reply() {
    boolean handedOver = false;
    try {
      JsonBytes out = new JsonBytes(2048);
      while (true) {
        Step step = advance();
        if (step == Step.END) {
          end(out);
          return HttpReply.json(out.toBytes());
        }
        if (step == Step.WAITING || isLong() || !fits(out.size())) {
          begun = out.toBytes();
          handedOver = true;
          return HttpReply.streamed(200, HttpReply.JSON, stream -> rest(step, stream));
        }
        write(out);
      }
    } finally {
      if (roomy) {
        roomy = false;
        room.give(ROOM_BYTES);
      }
      if (!handedOver) {
        close();
      }
    }
  }

  private boolean fits(int bytes) {
    if (bytes > SHORT_BYTES && !roomy) {
      roomy = room.tryTake(ROOM_BYTES);
    }
    return bytes <= (roomy ? WHOLE_BYTES : SHORT_BYTES);
  }

  private void rest(Step first, OutputStream stream) throws IOException {
    try {
      beginsToFlow();
      JsonBytes out = JsonBytes.to(stream);
      out.raw(begun);
      begun = null;
      for (Step step = first; step != Step.END; step = advance()) {
        if (step == Step.PIECE) {
          write(out);
        } else {
          out.put(' ').flush();
          stream.flush();
        }
      }
      end(out);
      out.flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (RuntimeException e) {
      // The client must not take what it has for all.
      throw new IOException("An answer could not be finished: " + e, e);
    } finally {
      close();
    }
  }
}
