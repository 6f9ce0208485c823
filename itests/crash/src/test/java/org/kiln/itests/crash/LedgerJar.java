package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;
import org.kiln.api.feed.ChangeReader;

/** A plugin that keeps a ledger of all changes, compiled against the API. */
final class LedgerJar {
  static final String NAME = "com.example.ledger";

  private static final String COMPONENT =
      """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="com.example.ledger">
        <implementation class="com.example.ledger.Ledger"/>
        <property name="kiln.feed.reader" type="String" value="ledger"/>
        <service><provide interface="org.kiln.api.feed.ChangeReader"/></service>
      </scr:component>
      """;

  private LedgerJar() {}

  /**
   * Builds it.
   *
   * @param ledger where it writes
   */
  static Path build(Path ledger, Path folder) throws Exception {
    Path source = folder.resolve("Ledger.java");
    try (InputStream in = LedgerJar.class.getResourceAsStream("/ledger/Ledger.java")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(source, text.replace("@FILE@", ledger.toString()));
    }
    Path api =
        Path.of(ChangeReader.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path classes = Files.createDirectories(folder.resolve("classes"));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                said,
                said,
                "--release",
                "21",
                "-cp",
                api.toString(),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(result).as(said.toString(StandardCharsets.UTF_8)).isZero();
    Path jar = folder.resolve("ledger.jar");
    write(jar, classes.resolve("com/example/ledger/Ledger.class"));
    return jar;
  }

  private static void write(Path jar, Path compiled) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", NAME);
    main.putValue("Bundle-Version", "1.0.0");
    main.putValue(
        "Import-Package",
        "org.kiln.api.feed;version=\"[0.9,0.10)\",org.kiln.api.stream;version=\"[0.9,0.10)\","
            + "org.kiln.api.ipld;version=\"[0.9,0.10)\"");
    main.putValue("Service-Component", "OSGI-INF/ledger.xml");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      out.putNextEntry(new JarEntry("OSGI-INF/ledger.xml"));
      out.write(COMPONENT.getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(new JarEntry("com/example/ledger/Ledger.class"));
      Files.copy(compiled, out);
    }
  }
}
