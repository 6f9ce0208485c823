package org.kiln.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.plugins.PluginException.Reason;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** In a framework with an API of 0.10, as a node upgraded from 0.9 has it. */
class ApiVersionsTest {
  @TempDir Path folder;

  private Framework framework;
  private BundleContext context;
  private int jars;

  @BeforeEach
  void start() throws Exception {
    framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(Constants.FRAMEWORK_STORAGE, folder.resolve("framework").toString()));
    framework.start();
    context = framework.getBundleContext();
    install("org.kiln.plugins.api", "org.osgi.framework", "org.kiln.api.stream;version=\"0.10.1\"");
  }

  @AfterEach
  void stop() throws Exception {
    framework.stop();
    framework.waitForStop(TimeUnit.SECONDS.toMillis(20));
  }

  private Path jar(String name, String imports, String exports) throws Exception {
    Map<String, String> headers =
        Map.of("Bundle-SymbolicName", name, "Import-Package", imports, "Export-Package", exports);
    return TestJar.write(folder.resolve(name + ++jars + ".jar"), headers, Map.of());
  }

  private Bundle install(String name, String imports, String exports) throws Exception {
    try (InputStream in = Files.newInputStream(jar(name, imports, exports))) {
      return context.installBundle(name, in);
    }
  }

  private List<String> missing(String imports) throws Exception {
    Jar jar = Jar.read(jar("a.plugin", imports, "a.plugin"));
    return new Needs(context, new ApiVersions(context)).missing(jar);
  }

  @Test
  void shouldLetInWhatWasBuiltForThisApi() throws Exception {
    assertThat(missing("org.kiln.api.stream;version=\"[0.10,0.11)\"")).isEmpty();
    assertThat(missing("org.kiln.api.stream;version=\"[0.10.1,1)\"")).isEmpty();
    assertThat(missing("org.kiln.api.stream;version=\"[0.10,1)\";bundle-version=\"[0,9)\""))
        .isEmpty();
    assertThat(missing("org.kiln.api.none;version=\"[0.9,1)\";resolution:=optional")).isEmpty();
  }

  @Test
  void shouldLetAnOptionalImportStayOpen() throws Exception {
    assertThat(missing("org.kiln.api.stream;version=\"[0.9,0.10)\";resolution:=optional"))
        .isEmpty();
  }

  @Test
  void rejectsWhatWasBuiltForAnotherApi() throws Exception {
    String another = "It was built for org.kiln.api.stream 0.9.0, and this node offers 0.10.1.";
    assertThat(missing("org.kiln.api.stream;version=\"[0.9,0.10)\""))
        .singleElement()
        .asString()
        .startsWith(another);
    assertThat(missing("org.kiln.api.stream;version=\"[0.9,1)\""))
        .singleElement()
        .asString()
        .startsWith(another);
    assertThat(missing("org.kiln.api.stream;version=\"[0.9,1)\";resolution:=optional"))
        .singleElement()
        .asString()
        .startsWith(another);
    assertThat(missing("org.kiln.api.stream;bundle-version=\"[0.10,9)\";version=\"[0.9,1)\""))
        .as("the version of the bundle is not that of the package")
        .singleElement()
        .asString()
        .startsWith(another);
  }

  @Test
  void rejectsWhatDoesNotSayForWhichApiItWasBuilt() throws Exception {
    assertThat(missing("org.kiln.api.stream"))
        .singleElement()
        .asString()
        .startsWith("It imports org.kiln.api.stream without a version");
  }

  @Test
  void shouldNotStartWhatAnEarlierReleaseLetIn() throws Exception {
    Bundles bundles = new Bundles(context, new ApiVersions(context), 5_000);
    Bundle old = install("old", "org.kiln.api.stream;version=\"[0.9,1)\"", "old");
    Bundle fit = install("fit", "org.kiln.api.stream;version=\"[0.10,0.11)\"", "fit");

    assertThatThrownBy(() -> bundles.start(old))
        .isInstanceOfSatisfying(
            PluginException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
        .hasMessageContaining("built for org.kiln.api.stream 0.9.0");
    assertThat(old.getState()).isNotEqualTo(Bundle.ACTIVE);
    assertThat(bundles.unfit(old)).isPresent();

    bundles.start(fit);
    assertThat(fit.getState()).isEqualTo(Bundle.ACTIVE);
    assertThat(bundles.unfit(fit)).isEmpty();
  }
}
