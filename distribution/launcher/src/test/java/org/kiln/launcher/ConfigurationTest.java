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
        "store.backend|Oracle 8|xodus, memory, or",
        "http.cors.allowed-origins|[|is no regular expression",
        "http.cors.allowed-origins|https://a (b|(b is no regular expression",
        "network.listen|/ip4/127.0.0.1/tcp/70000|port above 65535",
        "network.listen|/ip4/127.0.0.1/udp/70000/quic-v1|port above 65535",
        "network.listen|/ip4/127.0.0.1/udp/4101|TCP or QUIC addresses",
        "network.listen|/ip4/999.0.0.1/tcp/1|999.0.0.1",
        "network.peers|/ip4/1.2.3.4/tcp/1/p2p/abc|addresses that end with /p2p/ID",
        "network.allowed-peers|0000000000000000000000000000000000000000000000|peer ids",
        "network.private-ranges|10.0.0.0/33|more bits",
        "network.private-ranges|10.0.0|no IP address",
        "network.private-ranges|fd00::/129|more bits",
        "anchor.evm.max-fee-gwei|NaN|between",
        "http.address|127.0.0.1:0|between 1 and 65535",
        "one.address|5101|HOST:PORT",
        "one.address|127.0.0.1:65536|between 0 and 65535",
        "one.cors-allow-origins|app.example|origins"
      })
  void rejectsValuesThatCannotBe(String key, String value, String reason) {
    refused(() -> load(Map.of(), key + "=" + value), key, value, reason);
  }

  @Test
  void shouldTakeAnyPortOrNoneWhereItListensAsCeramicOne() throws Exception {
    assertThat(load(Map.of(), "one.address=127.0.0.1:0").get("one.address"))
        .isEqualTo("127.0.0.1:0");
    assertThat(load(Map.of(), "one.address=").get("one.address")).isEmpty();
    assertThat(
            load(Map.of(), "one.cors-allow-origins=http://a.example, null")
                .items("one.cors-allow-origins"))
        .containsExactly("http://a.example", "null");
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chain.rpc|eip155:1=https://u:SECRET@[bad/SECRET|number 1 is no URL",
        "chain.rpc|eip155:1=https://h/ok,eip155:2=https:///SECRET|number 2",
        "chain.rpc|ftp://u:SECRET@h|number 1 is none",
        "anchor.remote.url|https://u:SECRET@|no host",
        "anchor.remote.url|https://u:SECRET@host/cas|a user or a password",
        "anchor.remote.url|h/SECRET|must begin with http",
        "anchor.service.public-url|https://h:99999/SECRET|no host"
      })
  void rejectsUrlsWithoutShowingThem(String key, String value, String reason) {
    assertThatThrownBy(() -> load(Map.of(), key + "=" + value))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll(key, reason)
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void shouldReportEverythingAtOnceWithItsLine() throws Exception {
    file(
        """
        # a comment
        http.address=7007
        http.cors.allowed-origins=\\
          [
        network=mars

        cheese=1
        log.level=\\u12
        """
            .replace("\\\\", "\\"));
    String name = data.resolve("kiln.properties").toString();
    refused(
        () -> load(Map.of("KILN_STORE_CACHE_MB", "lots"), "store.sync=perhaps"),
        "7 settings cannot be used",
        "Command line: store.sync = perhaps",
        "KILN_STORE_CACHE_MB",
        name + " line 2: http.address = 7007",
        name + " line 3: http.cors.allowed-origins = [",
        name + " line 5: network = mars",
        name + " line 7: there is no setting cheese",
        name + " line 8: ");
  }

  @Test
  void shouldWarnOfAKeyThatIsSetTwice() throws Exception {
    file("\ufeffnetwork=local\nstore.cache-mb=\\\n  32\nnetwork=inmemory\n");
    Configuration configuration = load(Map.of());
    assertThat(configuration.get("network")).isEqualTo("inmemory");
    assertThat(configuration.get("store.cache-mb")).isEqualTo("32");
    assertThat(configuration.warnings())
        .singleElement()
        .asString()
        .contains("network is set in line 1 and again in line 4");
  }

  @Test
  void rejectsAFileThatIsNoText() throws Exception {
    Files.write(data.resolve("kiln.properties"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    refused(() -> load(Map.of()), "kiln.properties is not text in UTF-8");
    Files.delete(data.resolve("kiln.properties"));
    Files.createDirectory(data.resolve("kiln.properties"));
    refused(() -> load(Map.of()), "Cannot read", "kiln.properties");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network=mainnet|network.topic=/x|cannot be chosen",
        "chain.rpc=eip155:1=http://a,eip155:1=http://b|network=local|two nodes of eip155:1",
        "store.cache-mb=65536|streams.cache-mb=65536|KILN_JAVA_OPTS=-Xmx262144m",
        "http.tls-key=x|network=local|http.tls-certificate does not name",
        "sql.http=true|network=local|set sql.address too",
        "plugins.drop-in=kiln.properties|network=local|is not a directory"
      })
  void rejectsWhatDoesNotHoldTogether(String one, String other, String reason) throws Exception {
    file("");
    Map<String, String> flags = new java.util.LinkedHashMap<>(Map.of("data", data.toString()));
    for (String flag : new String[] {one, other}) {
      flags.put(flag.substring(0, flag.indexOf('=')), flag.substring(flag.indexOf('=') + 1));
    }
    refused(() -> Configuration.loadForStart(null, Map.of(), flags), reason);
    Configuration.load(null, Map.of(), flags);
  }
}
