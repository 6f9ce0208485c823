#!/usr/bin/env bash
# Felix HTTP 1.1.8 with Jetty 12.0.32, on Felix 7.0.5: a ConnectorFactory returns a Jetty Connector. One without a port, such as Jetty's own
# LocalConnector, is taken without a word while the bundle runs. Once the bundle starts beside it, there is no HttpServiceRuntime and so no
# servlet, and the port answers 404 to all. One would guess that such a connector is either used or refused, whichever of the two comes first.
# Kiln registers a factory only for a listener that has an address (faces/http, ListenerComponent). A JDK with Maven.
. "$(dirname "$0")/lib/seen.sh"
maven_jars org.apache.felix:org.apache.felix.framework:7.0.5 org.apache.felix:org.apache.felix.http.jetty12:1.1.8 \
  org.apache.felix:org.apache.felix.http.servlet-api:6.1.0 org.apache.felix:org.apache.felix.http.wrappers:6.1.0 org.slf4j:slf4j-api:2.0.17
java_says <<'JAVA'
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.*;
import java.nio.file.*;
import java.util.*;
import org.osgi.framework.*;
import org.osgi.framework.launch.Framework;

public class Script {
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
    int port;
    try (var free = new java.net.ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Framework framework =
        new org.apache.felix.framework.FrameworkFactory()
            .newFramework(
                Map.of(
                    "org.osgi.framework.storage", Files.createTempDirectory(Path.of("."), "cache").toString(),
                    "felix.log.level", "0",
                    "org.osgi.framework.system.packages.extra",
                    "org.slf4j;version=2.0.17,org.slf4j.spi;version=2.0.17,org.slf4j.event;version=2.0.17,"
                        + "org.apache.commons.fileupload;version=1.6,org.apache.commons.fileupload.disk;version=1.6",
                    "org.apache.felix.http.host", "127.0.0.1",
                    "org.osgi.service.http.port", "" + port));
    framework.start();
    BundleContext context = framework.getBundleContext();
    Bundle http = null;
    List<Bundle> bundles = new ArrayList<>();
    for (String name : List.of("http.servlet-api", "http.wrappers", "http.jetty12")) {
      try (var files = Files.newDirectoryStream(Path.of("jars"), "org.apache.felix." + name + "-*.jar")) {
        for (Path file : files) bundles.add(http = context.installBundle(file.toUri().toString()));
      }
    }
    for (Bundle bundle : bundles) bundle.start();
    say("before", context, port);
    Class<?> factory = http.loadClass("org.apache.felix.http.jetty.ConnectorFactory");
    Class<?> local = http.loadClass("org.eclipse.jetty.server.LocalConnector");
    Class<?> server = http.loadClass("org.eclipse.jetty.server.Server");
    Object given =
        Proxy.newProxyInstance(
            factory.getClassLoader(),
            new Class<?>[] {factory},
            (p, m, args) ->
                switch (m.getName()) {
                  case "createConnector" -> local.getConstructor(server).newInstance(args[0]);
                  case "hashCode" -> 1;
                  case "equals" -> p == args[0];
                  default -> "a factory";
                });
    System.out.println("LocalConnector is a Connector: " + http.loadClass("org.eclipse.jetty.server.Connector").isAssignableFrom(local));
    var registration = context.registerService(factory.getName(), given, null);
    say("given while the bundle runs", context, port);
    http.stop();
    http.start();
    say("there when the bundle starts", context, port);
    registration.unregister();
    http.stop();
    http.start();
    say("taken back", context, port);
    framework.stop();
  }

  static void say(String when, BundleContext context, int port) throws Exception {
    String answer;
    try {
      answer =
          "" + HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/none")).build(), HttpResponse.BodyHandlers.ofString())
              .statusCode();
    } catch (java.io.IOException e) {
      answer = e.getClass().getSimpleName();
    }
    var runtimes = context.getAllServiceReferences(null, "(objectClass=org.osgi.service.servlet.runtime.HttpServiceRuntime)");
    System.out.println(when + ": HttpServiceRuntime " + (runtimes == null ? "gone" : "there") + ", port answers " + answer);
  }
}
JAVA
seen <<'OUT'
before: HttpServiceRuntime there, port answers 404
LocalConnector is a Connector: true
given while the bundle runs: HttpServiceRuntime there, port answers 404
there when the bundle starts: HttpServiceRuntime gone, port answers 404
taken back: HttpServiceRuntime there, port answers 404
OUT
