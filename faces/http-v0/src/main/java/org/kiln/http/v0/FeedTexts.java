package org.kiln.http.v0;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.kiln.api.stream.StreamState;

/**
 * Documents as js-ceramic's codec {@code AggregationDocument} writes them, without the token that
 * goes before. All listeners of a feed need the same text at about the same time: it is made once,
 * and kept as long as there is room and somebody holds the state. Thread-safe.
 */
final class FeedTexts {
  private static final long MAX_BYTES = 8 << 20;
  private static final int ENTRY_OVERHEAD_BYTES = 200;

  private final AnswerRoom room;
  private final Cache<StreamState, byte[]> cache =
      Caffeine.newBuilder()
          .weakKeys()
          .maximumWeight(MAX_BYTES)
          .weigher((StreamState state, byte[] text) -> text.length + ENTRY_OVERHEAD_BYTES)
          .executor(Runnable::run)
          .build();

  /** Texts that are made within that room. */
  FeedTexts(AnswerRoom room) {
    this.room = room;
  }

  /**
   * The members {@code "commitId":…,"content":…,"metadata":…,"eventType":…}; nobody changes them.
   *
   * @throws AnswerRoom.FullException when there is no room to make them
   */
  byte[] of(StreamState state) {
    return cache.get(state, this::write);
  }

  private byte[] write(StreamState state) {
    try (JsonBytes content = JsonBytes.within(room, 512);
        JsonBytes out = JsonBytes.within(room, 1024)) {
      IpldJson.write(state.document().latestContent(), content);
      out.ascii("\"commitId\":").quoted(state.commitId().toString());
      out.ascii(",\"content\":").quotedJson(content.toBytes(), content.size());
      out.ascii(",\"metadata\":");
      StateWriter.metadata(state.document().latestMetadata(), state.id().type(), out);
      out.ascii(",\"eventType\":").number(state.log().tip().kind().ordinal());
      return out.toBytes();
    }
  }
}
