package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.kiln.api.http.HttpRoute;
import org.osgi.framework.BundleContext;

/** Compiles the sources of a plugin against the API, and packs them as bnd would. */
final class PluginJar {
  private final String name;
  private final List<String> classes = new ArrayList<>();
  private final List<List<String>> services = new ArrayList<>();
  private final List<String> properties = new ArrayList<>();

  /** A plugin whose classes are in the package of that name. */
  PluginJar(String name) {
    this.name = name;
  }

  /** A component of it. */
  PluginJar serving(String simpleName, String service, String property) {
    return serving(simpleName, List.of(service), property);
  }

  /** A component with several services. */
  PluginJar serving(String simpleName, List<String> provided, String property) {
    classes.add(simpleName);
    services.add(provided);
    properties.add(property);
    return this;
  }

  /** Builds it from the sources in that resource folder. */
  Path build(String sources, String version, Path folder) throws Exception {
    Path compiled = Files.createDirectories(folder.resolve("classes-" + name + "-" + version));
    List<String> arguments =
        new ArrayList<>(List.of("--release", "21", "-cp", classpath(), "-d", compiled.toString()));
    for (String simpleName : classes) {
      arguments.add(
          Path.of(PluginJar.class.getResource("/" + sources + "/" + simpleName + ".java").toURI())
              .toString());
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, arguments.toArray(String[]::new));
    assertThat(result).as(said.toString(StandardCharsets.UTF_8)).isZero();
    Path jar = folder.resolve(name + "-" + version + ".jar");
    write(jar, compiled, version);
    return jar;
  }

  /** The API, and what the framework lends to plugins. */
  private static String classpath() throws URISyntaxException {
    List<String> places = new ArrayList<>();
    for (Class<?> any : List.of(HttpRoute.class, BundleContext.class)) {
      places.add(
          Path.of(any.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return String.join(File.pathSeparator, places);
  }

  private void write(Path jar, Path compiled, String version) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", name);
    main.putValue("Bundle-Version", version);
    List<String> api =
        Stream.of("chain", "feed", "http", "ipld", "plugin", "stream")
            .map(part -> "org.kiln.api." + part + ";version=\"[0.9,0.10)\"")
            .toList();
    main.putValue("Import-Package", String.join(",", api) + ",org.osgi.framework");
    List<String> descriptions = classes.stream().map(c -> "OSGI-INF/" + c + ".xml").toList();
    main.putValue("Service-Component", String.join(",", descriptions));
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        Stream<Path> files = Files.walk(compiled)) {
      for (int i = 0; i < classes.size(); i++) {
        out.putNextEntry(new JarEntry(descriptions.get(i)));
        out.write(description(i).getBytes(StandardCharsets.UTF_8));
      }
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(compiled.relativize(each).toString()));
        Files.copy(each, out);
      }
    }
  }

  private String description(int i) {
    String type = name + "." + classes.get(i);
    return """
    <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="%s">
      <implementation class="%s"/>
      %s
      <service>%s</service>
    </scr:component>
    """
        .formatted(
            type,
            type,
            properties.get(i),
            String.join(
                "",
                services.get(i).stream()
                    .map(service -> "<provide interface=\"" + service + "\"/>")
                    .toList()));
  }
}
