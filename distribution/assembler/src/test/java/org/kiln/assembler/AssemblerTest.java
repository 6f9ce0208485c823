package org.kiln.assembler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssemblerTest {
  private static final String FEATURE =
      """
      {
        "id": "g:node:1.0.0-SNAPSHOT",
        "bundles": [ { "id": "g:a:1.0", "start-order": 5 }, { "id": "g:b:2.0", "start-order": 30 } ],
        "configurations": { "pid": { "port": "${http.address.port}" } },
        "extensions": {
          "launcher": { "artifacts": [ { "id": "g:l:3.0" } ] },
          "framework-properties": { "json": { "x.y": "${kiln.data}/z" } }
        }
      }
      """;

  @TempDir private Path directory;
  private Path root;

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectories(directory.resolve("root"));
    Files.createDirectories(root.resolve("distribution"));
    Files.writeString(root.resolve("LICENSE"), "free");
    Files.writeString(root.resolve("distribution").resolve("README.md"), "read");
    Files.createDirectories(directory.resolve("files").resolve("bin"));
    Files.writeString(directory.resolve("files").resolve("bin").resolve("kiln"), "#!/bin/sh\n");
    Files.createDirectories(directory.resolve("jars"));
    jar("g.a-1.0.jar", "org.a;singleton:=true");
    jar("g.b-2.0.jar", "org.b");
    jar("g.l-3.0.jar", null);
  }

  private void jar(String file, String symbolicName) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (symbolicName != null) {
      manifest.getMainAttributes().putValue("Bundle-SymbolicName", symbolicName);
    }
    try (OutputStream out = Files.newOutputStream(directory.resolve("jars").resolve(file));
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.finish();
    }
  }

  private Path assemble(String feature) throws IOException {
    Path file = Files.writeString(directory.resolve("feature.json"), feature);
    Path target = directory.resolve("kiln");
    Assembler.main(
        new String[] {
          file.toString(),
          directory.resolve("jars").toString(),
          directory.resolve("files").toString(),
          root.toString(),
          target.toString()
        });
    return target;
  }

  @Test
  void shouldLayTheNodeOut() throws IOException {
    Path kiln = assemble(FEATURE);
    assertThat(Files.readString(kiln.resolve("lib/bundles.lock")))
        .containsPattern("(?m)^node:org\\.a a-1\\.0\\.jar [0-9a-f]{64} 5$")
        .containsPattern("(?m)^node:org\\.b b-2\\.0\\.jar [0-9a-f]{64} 30$");
    assertThat(Files.readString(kiln.resolve("lib/configuration.json")))
        .contains(":configurator:symbolic-name")
        .contains("\"port\" : \"${http.address.port}\"");
    assertThat(Files.readString(kiln.resolve("lib/framework.properties")))
        .isEqualTo("x.y=${kiln.data}/z\n");
    assertThat(Files.readString(kiln.resolve("conf/kiln.properties"))).contains("#network=");
    assertThat(kiln.resolve("lib/l-3.0.jar")).exists();
    assertThat(Files.isExecutable(kiln.resolve("bin/kiln"))).isTrue();
    assertThat(kiln.resolve("LICENSE")).exists();
  }

  @Test
  void shouldLeaveNothingOfAnEarlierAssembly() throws IOException {
    Path kiln = assemble(FEATURE);
    Files.writeString(kiln.resolve("bundles/old.jar"), "");
    assemble(FEATURE);
    assertThat(kiln.resolve("bundles/old.jar")).doesNotExist();
  }

  @Test
  void rejectsAPlaceholderWithoutASetting() {
    assertThatThrownBy(() -> assemble(FEATURE.replace("${http.address.port}", "${http.prt}")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("${http.prt}");
  }

  @Test
  void shouldSayWhichSettingWantsABundle() throws IOException {
    Path kiln = assemble(FEATURE.replace("30 }", "30, \"wanted-by\": \"sql.address\" }"));
    assertThat(Files.readString(kiln.resolve("lib/bundles.lock")))
        .containsPattern("(?m)^node:org\\.b b-2\\.0\\.jar [0-9a-f]{64} 30 sql\\.address$");
  }

  @Test
  void rejectsABundleThatNoSettingWants() {
    assertThatThrownBy(
            () -> assemble(FEATURE.replace("30 }", "30, \"wanted-by\": \"sql.adress\" }")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("${sql.adress}");
  }

  @Test
  void rejectsABundleThatIsNotThere() {
    assertThatThrownBy(() -> assemble(FEATURE.replace("g:b:2.0", "g:c:2.0")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("distribution/pom.xml");
  }

  @Test
  void rejectsAJarThatIsNoBundle() {
    assertThatThrownBy(() -> assemble(FEATURE.replace("g:b:2.0", "g:l:3.0")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no bundle");
  }

  @Test
  void rejectsTwoBundlesOfOneName() {
    assertThatThrownBy(() -> assemble(FEATURE.replace("g:b:2.0", "g:a:1.0")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("org.a");
  }

  @Test
  void rejectsAVersionThatIsNotInTheRootPom() {
    assertThatThrownBy(() -> assemble(FEATURE.replace("g:b:2.0", "g:b:@b.version@")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("@b.version@");
  }
}
