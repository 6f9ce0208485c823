package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

class ReconcilerTest {
  @TempDir private Path directory;
  private Path bundles;

  @BeforeEach
  void makeFolder() throws IOException {
    bundles = Files.createDirectories(directory.resolve("bundles"));
  }

  /** A bundle without content; the version stands for the content's hash. */
  private LockList.Entry bundle(String name, String version) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
    attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
    attributes.putValue(Constants.BUNDLE_VERSION, version);
    Path file = bundles.resolve(name + ".jar");
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.finish();
    }
    return new LockList.Entry("node:" + name, name + ".jar", version, 7, "");
  }

  /** One start of a node: reconciles, and lists what is then installed. */
  private List<String> start(Path storage, LockList.Entry... wanted) throws Exception {
    Framework framework =
        new FrameworkFactory()
            .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
    framework.init();
    try {
      new Reconciler(bundles, directory.resolve("framework.lock"), storage)
          .reconcile(framework.getBundleContext(), new LockList(List.of(wanted)));
      List<String> installed = new ArrayList<>();
      for (Bundle bundle : framework.getBundleContext().getBundles()) {
        if (bundle.getBundleId() != 0) {
          installed.add(
              bundle.getLocation() + " " + bundle.getVersion() + " #" + bundle.getBundleId());
        }
      }
      return installed;
    } finally {
      framework.stop();
      framework.waitForStop(10_000);
    }
  }

  @Test
  void shouldInstallUpdateKeepAndRemove() throws Exception {
    Path storage = directory.resolve("framework");
    assertThat(start(storage, bundle("a", "1.0.0"), bundle("b", "1.0.0")))
        .containsExactly("node:a 1.0.0 #1", "node:b 1.0.0 #2");
    assertThat(start(storage, bundle("a", "1.0.0"), bundle("b", "2.0.0"), bundle("c", "1.0.0")))
        .containsExactly("node:a 1.0.0 #1", "node:b 2.0.0 #2", "node:c 1.0.0 #3");
    assertThat(start(storage, bundle("c", "1.0.0"))).containsExactly("node:c 1.0.0 #3");
  }

  @Test
  void shouldInstallAnewWhenTheFrameworksStorageIsGone() throws Exception {
    LockList.Entry a = bundle("a", "1.0.0");
    start(directory.resolve("framework"), a);
    assertThat(start(directory.resolve("other"), a)).containsExactly("node:a 1.0.0 #1");
  }

  @Test
  void shouldReadTheJarsAgainAfterAStartThatWasCutShort() throws Exception {
    Path storage = directory.resolve("framework");
    start(storage, bundle("a", "1.0.0"));
    Files.delete(directory.resolve("framework.lock"));
    // The hash did not change, the file did, and nothing tells which of the two is installed.
    LockList.Entry same = bundle("a", "1.5.0");
    assertThat(start(storage, same)).containsExactly("node:a 1.5.0 #1");
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void shouldMakeADamagedMemoryAnew(Damage damage) throws Exception {
    Path storage = directory.resolve("framework");
    LockList.Entry a = bundle("a", "1.0.0");
    start(storage, a);
    damage.to(directory.resolve("framework.lock"));
    assertThat(start(storage, a)).containsExactly("node:a 1.0.0 #1");
    assertThat(LockList.read(directory.resolve("framework.lock")).entries()).containsExactly(a);
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void shouldMakeADamagedCopyAnew(Damage damage) throws Exception {
    Path storage = directory.resolve("framework");
    LockList.Entry a = bundle("a", "1.0.0");
    start(storage, a);
    damage.to(storage.resolve("bundle1/version0.0/bundle.jar"));
    assertThat(start(storage, a)).hasSize(1);
    assertThat(start(storage, a)).hasSize(1);
    try (var files = Files.walk(storage)) {
      assertThat(files.filter(file -> file.endsWith("bundle.jar")))
          .anySatisfy(file -> assertThat(file).hasSameBinaryContentAs(bundles.resolve("a.jar")));
    }
  }
}
