package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private Placeholders values(Map<String, String> flags) throws RefusedException {
    return new Placeholders(
        Configuration.load(null, Map.of(), flags),
        Path.of("/opt/kiln"),
        new OperatorToken("a token"));
  }

  @Test
  void shouldGiveJsonValuesTheKindOfTheirSetting() throws Exception {
    Placeholders values =
        values(Map.of("data", "/nowhere/a\"b", "admin.dids", "did:key:a, did:key:b"));
    String json =
        Template.json(
            """
            {"port": "${http.address.port}", "mb": "${store.cache-mb}", "ro": "${node.read-only}",
             "dids": "${admin.dids}", "dir": "${kiln.data}", "url": "http://${http.address}/x"}
            """,
            values);
    assertThat(json)
        .isEqualTo(
            """
            {"port": 7007, "mb": 64, "ro": false,
             "dids": ["did:key:a","did:key:b"], "dir": "/nowhere/a\\"b", "url": "http://127.0.0.1:7007/x"}
            """);
  }

  @Test
  void shouldTakeNoValueForATemplate() throws Exception {
    Placeholders values = values(Map.of("data", "/a/${network}", "network.topic", "${none}"));
    assertThat(
            Template.json("{\"dir\": \"${kiln.data}\", \"topic\": \"${network.topic}\"}", values))
        .isEqualTo("{\"dir\": \"/a/${network}\", \"topic\": \"${none}\"}");
  }

  @Test
  void shouldFillTextAsItIs() throws Exception {
    assertThat(
            Template.text("${http.address.host} ${kiln.home}", values(Map.of("data", "/nowhere"))))
        .isEqualTo("127.0.0.1 /opt/kiln");
  }

  @Test
  void shouldPutFilesIntoTheDataDirectory() throws Exception {
    Map<String, String> flags = Map.of("data", "/nowhere", "anchor.evm.key-file", "evm.key");
    assertThat(Template.text("${anchor.evm.key-file}", values(flags)))
        .isEqualTo("/nowhere/evm.key");
    assertThat(Template.json("\"${anchor.evm.key-file}\"", values(Map.of("data", "/nowhere"))))
        .isEqualTo("\"\"");
    assertThat(
            Template.text(
                "${anchor.evm.key-file}", values(Map.of("anchor.evm.key-file", "/etc/evm.key"))))
        .isEqualTo("/etc/evm.key");
  }

  @Test
  void shouldTellTheHashOfTheOperatorsTokenOnly() throws Exception {
    assertThat(Template.text("${operator.token.sha256}", values(Map.of("data", "/nowhere"))))
        .isEqualTo(new OperatorToken("a token").sha256())
        .matches("[0-9a-f]{64}");
  }

  @Test
  void shouldFindPlaceholdersNobodyKnows() {
    assertThat(Template.unknownPlaceholder("${network} ${http.address.port}")).isEmpty();
    assertThat(Template.unknownPlaceholder("${network} ${http.adress.port}"))
        .contains("http.adress.port");
  }
}
