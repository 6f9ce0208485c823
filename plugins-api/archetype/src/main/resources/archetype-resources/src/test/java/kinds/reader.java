package ${package};

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.ChangeReader;
import org.kiln.testkit.ChangeReaderContract;

class ${className}Test extends ChangeReaderContract {
  @TempDir private Path directory;

  @Override
  protected ChangeReader open() {
    return new ${className}(directory.resolve("count.txt").toFile());
  }

  @Override
  protected void close(ChangeReader reader) {
    // It keeps nothing open.
  }
}
