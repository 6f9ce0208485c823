package com.example.ledger;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;

/** Writes each change into a file, a line each, which is its place in the feed as well. */
public final class Ledger implements ChangeReader {
  private static final String FILE = "@FILE@";

  @Override
  public Optional<ResumeToken> position() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(FILE, "rw")) {
      byte[] all = new byte[(int) file.length()];
      file.readFully(all);
      int end = all.length;
      while (end > 0 && all[end - 1] != '\n') {
        end--;
      }
      // A line that was cut short is none.
      file.setLength(end);
      if (end == 0) {
        return Optional.empty();
      }
      String text = new String(all, 0, end - 1, StandardCharsets.UTF_8);
      String last = text.substring(text.lastIndexOf('\n') + 1);
      return Optional.of(ResumeToken.parse(last.substring(0, last.indexOf(' '))));
    }
  }

  @Override
  public void take(List<StreamChange> changes, ResumeToken position) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (StreamChange change : changes) {
      lines
          .append(change.token())
          .append(' ')
          .append(change.stream())
          .append(' ')
          .append(change.tip())
          .append(' ')
          .append(change.kind())
          .append(' ')
          .append(change.origin().getClass().getSimpleName())
          .append('\n');
    }
    try (RandomAccessFile file = new RandomAccessFile(FILE, "rw")) {
      file.seek(file.length());
      file.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
