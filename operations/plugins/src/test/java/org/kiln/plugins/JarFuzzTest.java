package org.kiln.plugins;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

class JarFuzzTest {
  /** Whatever is sent, the answer is a plugin or a refusal. */
  @FuzzTest(maxDuration = "2m")
  void shouldReadOrRefuse(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("fuzz", ".jar");
    try {
      Files.write(file, bytes);
      Jar jar = Jar.read(file);
      new StaticChecks(Set.of()).problems(jar, false);
      jar.probe("probe");
    } catch (PluginException e) {
      if (e.getMessage().isBlank()) {
        throw new AssertionError("A refusal without a reason");
      }
    } finally {
      Files.delete(file);
    }
  }
}
