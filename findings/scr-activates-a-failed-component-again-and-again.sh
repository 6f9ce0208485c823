#!/usr/bin/env bash
# Felix SCR 2.2.18 on Felix 7.0.5: a delayed component whose activation throws stays registered as a service, and every getService constructs and
# activates it anew; each caller gets null. One would guess that it goes away or is remembered as failed.
# A service that fails slowly in its activation therefore fails slowly for each request that looks it up, for ever, while every list of
# services shows it. A JDK with Maven.
. "$(dirname "$0")/lib/seen.sh"
maven_jars org.apache.felix:org.apache.felix.framework:7.0.5 org.apache.felix:org.apache.felix.scr:2.2.18 \
  org.osgi:org.osgi.service.component:1.5.1 org.osgi:org.osgi.util.function:1.2.0 org.osgi:org.osgi.util.promise:1.3.0
java_says <<'JAVA'
import java.io.*;
import java.nio.file.*;
import java.util.*;
import java.util.jar.*;
import org.osgi.framework.*;
import org.osgi.framework.launch.Framework;

public class Script {
  static final String COMPONENT = """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="failing" activate="activate">
        <service><provide interface="java.lang.Runnable"/></service>
        <implementation class="failing.Failing"/>
      </scr:component>""";
  static final String SOURCE = """
      package failing;
      public class Failing implements Runnable {
        public void activate() {
          Integer count = Integer.getInteger("activations", 0);
          System.setProperty("activations", "" + (count + 1));
          throw new IllegalStateException("not today");
        }
        public void run() {}
      }""";

  public static void main(String[] a) {
    try {
      run();
      System.exit(0);
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  static void run() throws Exception {
    Path work = Files.createTempDirectory(Path.of("."), "osgi");
    Path source = Files.createDirectories(work.resolve("failing")).resolve("Failing.java");
    Files.writeString(source, SOURCE);
    javax.tools.ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", work.toString(), source.toString());
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "failing");
    headers.putValue("Service-Component", "failing.xml");
    Path jar = work.resolve("failing.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new JarEntry("failing.xml"));
      out.write(COMPONENT.getBytes());
      out.putNextEntry(new JarEntry("failing/Failing.class"));
      out.write(Files.readAllBytes(work.resolve("failing/Failing.class")));
    }
    Framework framework =
        new org.apache.felix.framework.FrameworkFactory()
            .newFramework(
                Map.of("org.osgi.framework.storage", work.resolve("cache").toString(), "felix.log.level", "0"));
    framework.start();
    BundleContext context = framework.getBundleContext();
    List<Bundle> bundles = new ArrayList<>();
    for (String name : List.of("osgi.util.function", "osgi.util.promise", "osgi.service.component", "felix.scr")) {
      try (var files = Files.newDirectoryStream(Path.of("jars"), "org." + (name.startsWith("felix") ? "apache." : "") + name + "-*.jar")) {
        for (Path file : files) bundles.add(context.installBundle(file.toUri().toString()));
      }
    }
    bundles.add(context.installBundle(jar.toUri().toString()));
    for (Bundle bundle : bundles) bundle.start();
    for (int i = 1; i <= 3; i++) {
      ServiceReference<?> reference = context.getServiceReference(Runnable.class);
      Object service = reference == null ? null : context.getService(reference);
      System.out.println(
          "look-up " + i + ": " + (reference == null ? "no service" : "registered") + ", got " + service
              + ", activations so far " + System.getProperty("activations"));
    }
    framework.stop();
    framework.waitForStop(5000);
  }
}
JAVA
seen <<'OUT'
look-up 1: registered, got null, activations so far 1
look-up 2: registered, got null, activations so far 2
look-up 3: registered, got null, activations so far 3
OUT
