package com.example.reader;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** Takes three changes, one by one, and throws what must not be thrown; version 2 is cured. */
public final class ThrowingReader implements ChangeReader {
  private final BundleContext context =
      FrameworkUtil.getBundle(ThrowingReader.class).getBundleContext();
  private final boolean cured = context.getBundle().getVersion().getMajor() > 1;
  private final File taken = context.getDataFile("taken.txt");

  private List<String> taken() throws IOException {
    return taken.exists() ? Files.readAllLines(taken.toPath()) : List.of();
  }

  @Override
  public Optional<ResumeToken> position() throws IOException, FeedException {
    List<String> lines = taken();
    return lines.isEmpty() ? Optional.empty() : Optional.of(ResumeToken.parse(lines.getLast()));
  }

  @Override
  public void take(List<StreamChange> changes, ResumeToken position) throws IOException {
    List<String> lines = new java.util.ArrayList<>(taken());
    for (StreamChange change : changes) {
      if (!cured && lines.size() >= 3) {
        Files.write(taken.toPath(), lines);
        throw new NoClassDefFoundError("com/example/reader/Missing");
      }
      lines.add(change.token().toString());
    }
    Files.write(taken.toPath(), lines);
  }
}
