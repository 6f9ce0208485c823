package org.kiln.store.xodus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class XodusSettingsTest {
  @Test
  void shouldHaveDefaults() {
    assertThat(XodusSettings.of(Map.of())).isEqualTo(new XodusSettings(48, 16, 16, 40));
  }

  @Test
  void shouldReadEverySetting() {
    Map<String, String> settings =
        Map.of(
            "cache-mib", "128", "file-mib", "64", "page-kib", "32", "min-utilization-percent", "0");
    assertThat(XodusSettings.of(settings)).isEqualTo(new XodusSettings(128, 64, 32, 0));
  }

  @Test
  void rejectsWhatItDoesNotKnow() {
    assertThatThrownBy(() -> XodusSettings.of(Map.of("cache-mib", "4")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The xodus store's setting cache-mib must be a number from 8 to 65536");
    assertThatThrownBy(() -> XodusSettings.of(Map.of("cache-mib", "much")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> XodusSettings.of(Map.of("cache", "64")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[cache]");
  }
}
