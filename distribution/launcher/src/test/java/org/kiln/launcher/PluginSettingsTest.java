package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PluginSettingsTest {
  private static final String OURS =
      "{\n  \"org.kiln.streams\" : {\n    \"cacheMiB\" : 64\n  }\n}\n";

  @Test
  void shouldHandThemOnByTheirConfiguration() {
    assertThat(
            PluginSettings.add(
                OURS,
                Map.of(
                    "network", "inmemory",
                    "plugin.com.example.rss.title", "A \"good\" one",
                    "plugin.com.example.rss.hosts", "[a:1, b:2]",
                    "plugin.other.n", "5")))
        .isEqualToIgnoringWhitespace(
            """
            {"org.kiln.streams": {"cacheMiB": 64},
             "com.example.rss": {"hosts": ["a:1", "b:2"], "title": "A \\"good\\" one"},
             "other": {"n": "5"}}
            """);
    assertThat(PluginSettings.add(OURS, Map.of("network", "inmemory"))).isEqualTo(OURS);
  }

  @Test
  void shouldKnowThemByTheirForm() {
    assertThat(PluginSettings.owns("plugin.com.example.rss.title")).isTrue();
    assertThat(PluginSettings.owns("plugin.title")).isFalse();
    assertThat(PluginSettings.owns("plugins.drop-in")).isFalse();
    assertThat(PluginSettings.owns("plugin.a b.c")).isFalse();
  }

  @Test
  void rejectsToReachIntoTheNode() {
    assertThatThrownBy(
            () -> PluginSettings.add(OURS, Map.of("plugin.org.kiln.streams.cacheMiB", "1")))
        .hasMessageContaining("plugin.org.kiln.streams: that is a part of the node");
  }
}
