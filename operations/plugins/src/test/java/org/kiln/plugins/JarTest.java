package org.kiln.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Version;

class JarTest {
  private static final String COMPONENT =
      """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="a">
        <implementation class="a.B"/>
        <property name="stream.type" type="Integer" value="7"/>
        <property name="chain.ids" type="String">
          eip155:1
          eip155:100
        </property>
        <service>
          <provide interface="org.kiln.api.stream.StreamType"/>
          <provide interface="org.kiln.api.anchor.AnchorProofValidator"/>
        </service>
      </scr:component>
      """;

  @TempDir Path folder;

  private Jar jar(Map<String, String> headers, Map<String, String> entries) throws Exception {
    return Jar.read(TestJar.write(folder.resolve("a.jar"), headers, entries));
  }

  private List<String> problems(Map<String, String> headers, boolean ours) throws Exception {
    return new StaticChecks(Set.of()).problems(jar(headers, Map.of()), ours);
  }

  @Test
  void shouldKnowOnlyOfComponentsWithAServiceWhatTheyWillNotServe() throws Exception {
    Offer route = new Offer(Offer.ROUTE, "GET /a");
    Map<String, String> headers = Map.of("Service-Component", "OSGI-INF/a.xml");
    assertThat(jar(headers, Map.of("OSGI-INF/a.xml", COMPONENT)).mayServe(route)).isFalse();
    String byHand = COMPONENT.replaceAll("(?s)<service>.*</service>", "");
    assertThat(jar(headers, Map.of("OSGI-INF/a.xml", byHand)).mayServe(route)).isTrue();
  }

  @Test
  void shouldReadWhoItIsAndWhatItDeclaresToServe() throws Exception {
    Jar jar =
        jar(Map.of("Service-Component", "OSGI-INF/a.xml"), Map.of("OSGI-INF/a.xml", COMPONENT));
    assertThat(jar.symbolicName()).isEqualTo("test.plugin");
    assertThat(jar.version()).isEqualTo(Version.parseVersion("1.2.3"));
    assertThat(jar.sha256()).matches("[0-9a-f]{64}");
    assertThat(jar.declared())
        .containsExactly(
            new Offer(Offer.PROOFS, "eip155:1"),
            new Offer(Offer.PROOFS, "eip155:100"),
            new Offer(Offer.STREAM_TYPE, "7"));
  }

  @Test
  void shouldMakeAProbeThatRunsNothing() throws Exception {
    Jar jar = jar(Map.of("Bundle-Activator", "a.B", "Export-Package", "a"), Map.of());
    try (JarInputStream probe = new JarInputStream(new ByteArrayInputStream(jar.probe("p")))) {
      var main = probe.getManifest().getMainAttributes();
      assertThat(main.getValue("Bundle-SymbolicName")).isEqualTo("p");
      assertThat(main.getValue("Bundle-Activator")).isNull();
      assertThat(main.getValue("Import-Package")).contains("org.kiln.api.stream");
      assertThat(probe.getNextEntry()).isNull();
    }
  }

  @Test
  void rejectsComponentDescriptionsThatReachForFiles() {
    assertThatThrownBy(
            () ->
                jar(
                    Map.of("Service-Component", "OSGI-INF/a.xml"),
                    Map.of(
                        "OSGI-INF/a.xml",
                        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>")))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("cannot be read");
  }

  @ParameterizedTest
  @CsvSource({"Bundle-ManifestVersion,1", "Bundle-SymbolicName,a b", "Bundle-Version,x.y"})
  void rejectsHeadersThatAreWrong(String header, String value) {
    assertThatThrownBy(() -> jar(Map.of(header, value), Map.of()))
        .isInstanceOf(PluginException.class);
  }

  @Test
  void rejectsAFileThatIsNoJar() throws Exception {
    Path file = Files.writeString(folder.resolve("b.jar"), "PK nothing");
    assertThatThrownBy(() -> Jar.read(file))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("no jar");
  }

  @Test
  void shouldFindNothingAgainstAnHonestPlugin() throws Exception {
    assertThat(problems(Map.of("Export-Package", "com.example;uses:=\"a,b\""), false)).isEmpty();
  }

  @Test
  void rejectsByTheManifestAlone() throws Exception {
    assertThat(problems(Map.of("Export-Package", "com.a,org.kiln.evil;version=\"1\""), false))
        .singleElement()
        .asString()
        .contains("exports org.kiln.evil");
    assertThat(problems(Map.of("Fragment-Host", "x", "DynamicImport-Package", "*"), false))
        .hasSize(2);
    Map<String, String> inside =
        Map.of("Import-Package", "org.kiln.api.http,org.kiln.core.log;version=\"[1,2)\"");
    assertThat(problems(inside, false)).singleElement().asString().contains("org.kiln.core.log");
    assertThat(problems(inside, true)).isEmpty();
    Map<String, String> kit =
        Map.of("Import-Package", "org.kiln.api.http,org.kiln.kit.http,org.kiln.testkit");
    assertThat(problems(kit, false))
        .hasSize(2)
        .anySatisfy(p -> assertThat(p).contains("org.kiln.kit.http", "-conditionalpackage"))
        .anySatisfy(p -> assertThat(p).contains("org.kiln.testkit", "scope test"));
    assertThat(problems(Map.of("Import-Package", "com.a;x=\"org.kiln.api.http\""), false))
        .singleElement()
        .asString()
        .contains("serve nothing here");
  }

  @Test
  void rejectsJarsThatWereNotAccepted() throws Exception {
    Jar jar = jar(Map.of(), Map.of());
    assertThat(new StaticChecks(Set.of("00")).problems(jar, false))
        .singleElement()
        .asString()
        .contains(jar.sha256(), "plugins.accepted-sha256");
    assertThat(new StaticChecks(Set.of(jar.sha256())).problems(jar, false)).isEmpty();
  }
}
