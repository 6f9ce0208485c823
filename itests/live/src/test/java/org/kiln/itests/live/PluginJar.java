package org.kiln.itests.live;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Jars for the plugin routes: compiled from a text, or an existing one under another version. */
final class PluginJar {
  /** What the classes here import of the API, with the range that bnd writes. */
  static final String API =
      Stream.of("feed", "http", "ipld", "net", "plugin", "stream")
          .map(name -> "org.kiln.api." + name + ";version=\"[0.9,0.10)\"")
          .collect(Collectors.joining(","));

  private final String name;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  PluginJar(String name, String version) {
    this.name = name;
    header("Bundle-ManifestVersion", "2");
    header("Bundle-SymbolicName", name);
    header("Bundle-Version", version);
    header("Import-Package", API + ",org.osgi.framework");
  }

  /** Sets a header; null takes it away. */
  PluginJar header(String header, String value) {
    if (value == null) {
      headers.remove(header);
    } else {
      headers.put(header, value);
    }
    return this;
  }

  /** Adds an activator whose methods are these; {@code context} is the bundle's. */
  PluginJar activator(String start, String stop) {
    String type = "Activator";
    String folder = name.replace('.', '_');
    header("Bundle-Activator", folder + "." + type);
    entries.putAll(
        compile(
            folder + "." + type,
            """
            package %s;
            import java.util.*;
            import org.kiln.api.feed.*;
            import org.kiln.api.http.*;
            import org.kiln.api.net.*;
            import org.kiln.api.plugin.*;
            import org.kiln.api.stream.*;
            import org.osgi.framework.*;
            public final class Activator implements BundleActivator {
              static final class Route implements HttpRoute {
                private final String path;
                private final String text;
                Route(String path, String text) { this.path = path; this.text = text; }
                public String pattern() { return path; }
                public Set<String> methods() { return Set.of("GET"); }
                public Access access() { return Access.PUBLIC; }
                public HttpReply handle(HttpCall call) {
                  return HttpReply.text(200, "text/plain", text);
                }
              }
              static final class Type implements StreamType {
                private final int code;
                Type(int code) { this.code = code; }
                public int typeCode() { return code; }
                public String name() { return "sample"; }
                public int revision() { return 1; }
                public Document init(Event.Init event, ApplyContext context) {
                  return Document.of(
                      org.kiln.api.ipld.Ipld.Map.EMPTY,
                      event.header(),
                      Document.Signature.SIGNED);
                }
                public Document apply(StreamState s, Event.Data e, ApplyContext c) { return null; }
              }
              static final class Changes implements ChangeReader {
                private ResumeToken place;
                public Optional<ResumeToken> position() { return Optional.ofNullable(place); }
                public void take(List<StreamChange> changes, ResumeToken position) {
                  place = position;
                }
              }
              private static void reader(BundleContext context, String name) {
                Hashtable<String, Object> properties = new Hashtable<>();
                properties.put(ChangeReader.NAME, name);
                context.registerService(ChangeReader.class, new Changes(), properties);
              }
              static final class Echo implements NetworkProtocol {
                private final String id;
                private final String version;
                Echo(String id, String version) { this.id = id; this.version = version; }
                public List<String> ids() { return List.of(id); }
                public void serve(PeerStream stream) throws java.io.IOException {
                  Deadline deadline = Deadline.in(java.time.Duration.ofSeconds(60));
                  byte[] question = stream.readFrame(1024, deadline);
                  String text = new String(question, java.nio.charset.StandardCharsets.UTF_8);
                  stream.writeFrame(
                      (version + " " + text).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                      deadline);
                }
              }
              private static void echo(BundleContext context, String id) {
                String version = context.getBundle().getVersion().toString();
                context.registerService(NetworkProtocol.class, new Echo(id, version), null);
              }
              private static void route(BundleContext context, String path, String text) {
                context.registerService(HttpRoute.class, new Route(path, text), null);
              }
              private static void type(BundleContext context, int code, int ranking) {
                Hashtable<String, Object> properties = new Hashtable<>();
                properties.put("stream.type", Integer.toString(code));
                properties.put("service.ranking", ranking);
                context.registerService(StreamType.class, new Type(code), properties);
              }
              public void start(BundleContext context) throws Exception {
                %s
              }
              public void stop(BundleContext context) throws Exception {
                %s
              }
            }
            """
                .formatted(folder, start, stop)));
    return this;
  }

  /** Adds a component whose constructor hangs until it is interrupted. */
  void component(String type, String service, String property, String value) {
    String folder = name.replace('.', '_');
    entries.putAll(
        compile(
            folder + "." + type,
            """
            package %s;
            import org.kiln.api.stream.*;
            public final class %s implements StreamType {
              public %s() throws InterruptedException { Thread.sleep(1_000_000); }
              public int typeCode() { return 905; }
              public String name() { return "hanging"; }
              public int revision() { return 1; }
              public Document init(Event.Init event, ApplyContext context) { return null; }
              public Document apply(StreamState s, Event.Data e, ApplyContext c) { return null; }
            }
            """
                .formatted(folder, type, type)));
    entry(
        "OSGI-INF/hanging.xml",
        """
        <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="live.hanging">
          <implementation class="%s.%s"/>
          <property name="%s" type="String" value="%s"/>
          <service><provide interface="%s"/></service>
        </scr:component>
        """
            .formatted(folder, type, property, value, service)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Adds a file. */
  PluginJar entry(String path, byte[] bytes) {
    entries.put(path, bytes);
    return this;
  }

  byte[] bytes() {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach(main::putValue);
    return write(manifest, entries);
  }

  /** A jar as it is, with another version in its manifest: the same code as an upgrade. */
  static byte[] reversioned(Path jar, String version) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = new Manifest(file.getManifest());
      manifest.getMainAttributes().putValue("Bundle-Version", version);
      for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
        if (!entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
          try (InputStream in = file.getInputStream(entry)) {
            entries.put(entry.getName(), in.readAllBytes());
          }
        }
      }
      return write(manifest, entries);
    }
  }

  /** The jar of a shipped bundle. */
  static Path shipped(Path home, String artifact) throws IOException {
    try (var files = Files.list(home.resolve("bundles"))) {
      return files
          .filter(file -> file.getFileName().toString().matches(artifact + "-[0-9].*\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("No " + artifact + " in " + home));
    }
  }

  private static byte[] write(Manifest manifest, Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> compile(String className, String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> outputs = new LinkedHashMap<>();
    StringWriter complaints = new StringWriter();
    JavaFileManager memory =
        new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            outputs.put(name.replace('.', '/') + ".class", bytes);
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
              @Override
              public ByteArrayOutputStream openOutputStream() {
                return bytes;
              }
            };
          }
        };
    URI uri = URI.create("memory:///" + className.replace('.', '/') + ".java");
    JavaFileObject text =
        new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    boolean compiled =
        compiler
            .getTask(
                complaints,
                memory,
                null,
                List.of("--release", "21", "-classpath", System.getProperty("java.class.path")),
                null,
                List.of(text))
            .call();
    if (!compiled) {
      throw new IllegalStateException(complaints.toString());
    }
    Map<String, byte[]> classes = new LinkedHashMap<>();
    outputs.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
    return classes;
  }
}
