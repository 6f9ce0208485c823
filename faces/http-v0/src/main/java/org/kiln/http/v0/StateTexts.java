package org.kiln.http.v0;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.kiln.api.http.HttpReply;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StateJson;

/**
 * The answers for states, kept as long as somebody holds the state and the bound allows. The stream
 * service hands out one object for a state that has not changed, so a state's identity is the key,
 * and nothing ever needs to be thrown out because it is old. Thread-safe.
 */
final class StateTexts implements StateJson {
  private static final int ENTRY_OVERHEAD_BYTES = 200;
  private static final int LOG_ENTRY_BYTES = 90;

  /**
   * The answer {@code {"streamId":…,"state":…}}.
   *
   * @param bytes the whole answer
   * @param stateFrom where the state begins; it ends one byte before the end
   */
  record Text(byte[] bytes, int stateFrom) {
    int stateTo() {
      return bytes.length - 1;
    }
  }

  private final StateWriter writer;
  private final AnswerRoom room;
  private final Cache<StreamState, Text> cache;

  /** A cache of at most that many bytes; what is made for it is made within that room. */
  StateTexts(StateWriter writer, AnswerRoom room, long maxBytes) {
    this.writer = writer;
    this.room = room;
    this.cache =
        Caffeine.newBuilder()
            .weakKeys()
            .maximumWeight(maxBytes)
            .weigher((StreamState state, Text text) -> text.bytes().length + ENTRY_OVERHEAD_BYTES)
            // To wake a thread of another pool costs more than what it would do.
            .executor(Runnable::run)
            .build();
  }

  Text of(StreamState state) {
    Text known = cache.getIfPresent(state);
    return known != null ? known : made(state);
  }

  /** The answer for a state; a long one is written as it goes out, and is nowhere whole. */
  HttpReply reply(StreamState state) {
    Text text = ofShort(state, room.wholeBytes());
    return text != null
        ? HttpReply.json(text.bytes())
        : HttpReply.streamed(200, HttpReply.JSON, stream -> write(state, stream));
  }

  private void write(StreamState state, OutputStream stream) throws IOException {
    try {
      JsonBytes out = JsonBytes.to(stream);
      begin(state, out);
      writer.write(state, out);
      out.put('}').flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void begin(StreamState state, JsonBytes out) {
    out.ascii("{\"streamId\":").quoted(state.id().toString()).ascii(",\"state\":");
  }

  private Text made(StreamState state) {
    Text text = write(state);
    cache.put(state, text);
    return text;
  }

  /** The text of a state; null when it is not there and may be longer than that. */
  Text ofShort(StreamState state, int bytes) {
    Text known = cache.getIfPresent(state);
    if (known != null) {
      return known;
    }
    boolean isLong =
        (long) LOG_ENTRY_BYTES * state.log().size() > bytes
            || Extent.exceeds(state.document(), bytes);
    return isLong ? null : made(state);
  }

  /** Writes a state into an answer as it is made, without keeping its text. */
  void write(StreamState state, JsonBytes out) {
    writer.write(state, out);
  }

  @Override
  public byte[] json(StreamState state) {
    Text text = of(state);
    return Arrays.copyOfRange(text.bytes(), text.stateFrom(), text.stateTo());
  }

  private Text write(StreamState state) {
    try (JsonBytes out = JsonBytes.within(room, 512 + LOG_ENTRY_BYTES * state.log().size())) {
      begin(state, out);
      int stateFrom = out.size();
      writer.write(state, out);
      out.put('}');
      return new Text(out.toBytes(), stateFrom);
    }
  }
}
