package org.kiln.itests.platform;

import static org.ops4j.pax.exam.CoreOptions.bootDelegationPackage;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackage;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kiln.launcher.FrameworkProperties;
import org.kiln.launcher.LockList;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Constants;

/** The bundles and the configuration as they ship, as options of Pax Exam. */
final class ShippedNode {
  /** That of the engineers' console, which the node itself starts only when it is asked for. */
  private static final int START_LEVEL = 70;

  private ShippedNode() {}

  static Option[] options(String name, Map<String, String> settings) throws IOException {
    Path home = Path.of(System.getProperty("kiln.home")).toRealPath();
    Path data = Files.createTempDirectory(testData(), name);
    Map<String, String> all = new java.util.HashMap<>(settings);
    all.put("data", data.toString());
    all.put("http.address", "127.0.0.1:" + freePort());
    all.put("one.address", "127.0.0.1:0");
    List<Option> options = new ArrayList<>();
    FrameworkProperties.of(home, all)
        .forEach(
            (key, value) -> {
              switch (key) {
                case Constants.FRAMEWORK_STORAGE -> {
                  // Pax Exam has a directory of its own.
                }
                case Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA ->
                    List.of(value.split(",")).forEach(p -> options.add(systemPackage(p)));
                case Constants.FRAMEWORK_BOOTDELEGATION ->
                    List.of(value.split(",")).forEach(p -> options.add(bootDelegationPackage(p)));
                default -> options.add(frameworkProperty(key).value(value));
              }
            });
    for (LockList.Entry entry :
        LockList.read(home.resolve("lib").resolve("bundles.lock")).entries()) {
      Path jar = home.resolve("bundles").resolve(entry.file());
      options.add(
          bundle("reference:" + jar.toUri())
              .startLevel(entry.startLevel())
              .start(!isFragment(jar)));
    }
    options.add(junitBundles());
    options.add(frameworkStartLevel(START_LEVEL));
    return options.toArray(Option[]::new);
  }

  private static boolean isFragment(Path jar) throws IOException {
    try (java.util.jar.JarFile file = new java.util.jar.JarFile(jar.toFile())) {
      return file.getManifest().getMainAttributes().getValue(Constants.FRAGMENT_HOST) != null;
    }
  }

  private static Path testData() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("kiln.test.data")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
