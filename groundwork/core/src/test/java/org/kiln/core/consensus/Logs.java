package org.kiln.core.consensus;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;

/** Log entries as the digest writes them: {@code D1}, {@code T(100)}, {@code T(?)}. */
final class Logs {
  private Logs() {}

  static List<LogEntry> log(String text) {
    List<LogEntry> entries = new ArrayList<>();
    for (String word : text.split(" ")) {
      if (!word.isEmpty()) {
        entries.add(entry(word, cid(word)));
      }
    }
    return entries;
  }

  /** A time event's CID is dag-cbor, a data event's dag-jose, as in life. */
  static Cid cid(String word) {
    return Cid.sha256(
        word.contains("T") ? Cid.DAG_CBOR : Cid.DAG_JOSE, word.getBytes(StandardCharsets.UTF_8));
  }

  static LogEntry entry(String word, Cid cid) {
    int open = word.indexOf('(');
    if (open < 0) {
      return LogEntry.of(cid, LogEntry.Kind.DATA);
    }
    String time = word.substring(open + 1, word.length() - 1);
    LogEntry entry = LogEntry.of(cid, LogEntry.Kind.TIME);
    return time.equals("?") ? entry : entry.at(Instant.ofEpochSecond(Long.parseLong(time)));
  }

  /** A CID whose digest starts with these bytes. */
  static Cid digest(long codec, int... start) {
    byte[] digest = new byte[32];
    for (int i = 0; i < start.length; i++) {
      digest[i] = (byte) start[i];
    }
    return Cid.ofDigest(codec, Cid.SHA2_256, digest);
  }
}
