package org.kiln.tables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DuckDB unpacks 70 MB into the temporary folder at each start, to be deleted at exit: a node that
 * is killed would leave them there. Where the system tells where they are, they are deleted once
 * they are loaded.
 */
final class NativeCode {
  private static final Logger LOG = LoggerFactory.getLogger(NativeCode.class);
  private static final Path LOADED = Path.of("/proc/self/maps");

  private NativeCode() {}

  static void forgetFile() {
    if (!Files.isReadable(LOADED)) {
      return;
    }
    try (Stream<String> lines = Files.lines(LOADED)) {
      for (String path :
          lines
              .filter(line -> line.contains("/libduckdb_java") && line.endsWith(".so"))
              .map(line -> line.substring(line.indexOf('/')))
              .distinct()
              .toList()) {
        Files.deleteIfExists(Path.of(path));
      }
    } catch (IOException e) {
      LOG.debug("The native code of DuckDB stays in the temporary folder", e);
    }
  }
}
