package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  @TempDir private Path data;

  private Configuration load(Map<String, String> environment, String... flags)
      throws RefusedException {
    Map<String, String> all = new java.util.LinkedHashMap<>();
    all.put("data", data.toString());
    for (String flag : flags) {
      int equals = flag.indexOf('=');
      all.put(flag.substring(0, equals), flag.substring(equals + 1));
    }
    return Configuration.load(null, environment, all);
  }

  private void file(String text) throws IOException {
    Files.writeString(data.resolve("kiln.properties"), text);
  }

  private static void refused(ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.CONFIGURATION))
        .hasMessageContainingAll(words);
  }

  @Test
  void shouldStartFromDefaults() throws Exception {
    Configuration configuration = load(Map.of());
    assertThat(configuration.httpAddress()).isEqualTo(new HostPort("127.0.0.1", 7007));
    assertThat(configuration.get("network")).isEqualTo("inmemory");
    assertThat(configuration.warnings()).isEmpty();
  }

  @Test
  void shouldPutFlagsBeforeTheEnvironmentBeforeTheFile() throws Exception {
    file("network=local\nlog.level=debug\nhttp.address=127.0.0.1:1\n");
    Map<String, String> environment =
        Map.of("KILN_LOG_LEVEL", "warn", "KILN_HTTP_ADDRESS", "127.0.0.1:2");
    Configuration configuration = load(environment, "http.address=127.0.0.1:3");
    assertThat(configuration.get("network")).isEqualTo("local");
    assertThat(configuration.get("log.level")).isEqualTo("warn");
    assertThat(configuration.httpAddress().port()).isEqualTo(3);
  }

  @Test
  void rejectsAnUnknownKeyWithASuggestion() throws Exception {
    file("htpp.address=127.0.0.1:7007\n");
    refused(() -> load(Map.of()), "kiln.properties", "htpp.address", "Did you mean http.address?");
    file("");
    refused(() -> load(Map.of(), "cheese=1"), "Command line", "cheese", "kiln help settings");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http.address|7007|HOST:PORT",
        "http.address|::1:7007|brackets",
        "http.address|localhost:99999|between 1 and 65535",
        "network|mainet|one of mainnet",
        "store.cache-mb|lots|not a whole number",
        "store.cache-mb|1|between 8 and 65536",
        "node.read-only|maybe|true or false",
        "store.backend|Oracle 8|xodus, memory, or"
      })
  void rejectsValuesThatCannotBe(String key, String value, String reason) {
    refused(() -> load(Map.of(), key + "=" + value), key, value, reason);
  }

  @Test
  void rejectsABadValueInTheEnvironmentByItsVariable() {
    refused(() -> load(Map.of("KILN_NETWORK", "moon")), "KILN_NETWORK", "moon");
  }

  @Test
  void shouldWarnOfVariablesThatAreNoSettings() throws Exception {
    Configuration configuration = load(Map.of("KILN_NETWROK", "local", "KILN_JAVA_OPTS", "-Xmx1g"));
    assertThat(configuration.warnings())
        .singleElement()
        .asString()
        .contains("KILN_NETWROK", "Did you mean KILN_NETWORK?");
  }

  @Test
  void rejectsADataDirectoryThatNamesAnother() throws Exception {
    file("data=/elsewhere\n");
    refused(() -> load(Map.of()), "--data");
  }

  @Test
  void shouldTakeTheDataDirectoryFromAFileGivenByName() throws Exception {
    Path file = Files.writeString(data.resolve("other.properties"), "data=" + data.resolve("d"));
    Configuration configuration = Configuration.load(file, Map.of(), Map.of());
    assertThat(configuration.dataDirectory()).isEqualTo(data.resolve("d"));
  }

  @Test
  void rejectsAFileThatIsNotThere() {
    Path missing = data.resolve("missing.properties");
    refused(() -> Configuration.load(missing, Map.of(), Map.of()), "no file", "missing.properties");
  }

  @Test
  void shouldReadTheGeneratedFileAsAllDefaults() throws Exception {
    file(Help.propertiesFile());
    assertThat(load(Map.of()).get("http.address")).isEqualTo("127.0.0.1:7007");
    // With every comment sign taken away the same values must hold.
    file(Help.propertiesFile().replaceAll("(?m)^#([a-z])", "$1").replaceAll("(?m)^data=.*$", ""));
    Configuration uncommented = load(Map.of());
    for (Setting setting : Settings.all()) {
      if (!setting.key().equals("data")) {
        assertThat(uncommented.get(setting.key()))
            .as(setting.key())
            .isEqualTo(setting.defaultValue());
      }
    }
  }
}
