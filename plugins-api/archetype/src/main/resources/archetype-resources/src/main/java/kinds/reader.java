package ${package};

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Counts the changes of streams, to begin with. The count and its place in the feed are in one
 * file, which is replaced as a whole: that makes the count exact, whatever crashes.
 */
@Component(property = ChangeReader.NAME + "=${key}")
public final class ${className} implements ChangeReader {
  private record Counted(long changes, Optional<ResumeToken> position) {}

  private final Path file;

  /** In the plugin's own directory, which outlives upgrades. */
  @Activate
  public ${className}(BundleContext context) {
    this(context.getDataFile("count.txt"));
  }

  ${className}(File file) {
    this.file = file.toPath();
  }

  private Counted read() throws IOException, FeedException {
    try {
      String[] words = Files.readString(file).strip().split(" ");
      return new Counted(Long.parseLong(words[0]), Optional.of(ResumeToken.parse(words[1])));
    } catch (NoSuchFileException e) {
      return new Counted(0, Optional.empty());
    }
  }

  @Override
  public Optional<ResumeToken> position() throws IOException, FeedException {
    return read().position();
  }

  @Override
  public void take(List<StreamChange> changes, ResumeToken position)
      throws IOException, FeedException {
    Path next = file.resolveSibling("count.new");
    Files.writeString(
        next,
        (read().changes() + changes.size()) + " " + position,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        StandardOpenOption.DSYNC); // a file that is moved before its content is there may be empty
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void refused(FeedException reason) throws IOException {
    Files.deleteIfExists(file);
  }
}
