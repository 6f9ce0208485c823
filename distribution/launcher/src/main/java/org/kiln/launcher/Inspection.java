package org.kiln.launcher;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code kiln inspect}: needs no framework, so its classes are loaded flat from {@code
 * lib/inspect/} and from the node's own bundles.
 */
final class Inspection {
  private static final String MAIN = "org.kiln.inspect.Inspect";

  private Inspection() {}

  static int run(Path home, List<String> arguments) throws RefusedException {
    try {
      List<URL> jars = new ArrayList<>();
      jars.addAll(jars(home.resolve("lib").resolve("inspect")));
      jars.addAll(jars(home.resolve("bundles")));
      // Not below the launcher's own loader: its kits would come first, and find no library beside.
      // Never closed: the command may end the process itself, and its classes are needed until
      // then.
      @SuppressWarnings("resource")
      URLClassLoader loader =
          new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
      Thread.currentThread().setContextClassLoader(loader);
      loader
          .loadClass(MAIN)
          .getMethod("main", String[].class)
          .invoke(null, (Object) arguments.toArray(String[]::new));
      return Exit.OK;
    } catch (ClassNotFoundException e) {
      throw new RefusedException(Exit.FAILURE, "This distribution has no " + MAIN + ".");
    } catch (InvocationTargetException e) {
      throw new RefusedException(Exit.FAILURE, "inspect failed: " + e.getCause());
    } catch (IOException | ReflectiveOperationException e) {
      throw new RefusedException(Exit.FAILURE, "Cannot run inspect: " + e);
    }
  }

  private static List<URL> jars(Path directory) throws IOException {
    List<URL> urls = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
          urls.add(url(file));
        }
      }
    }
    return urls;
  }

  private static URL url(Path file) throws MalformedURLException {
    return file.toUri().toURL();
  }
}
