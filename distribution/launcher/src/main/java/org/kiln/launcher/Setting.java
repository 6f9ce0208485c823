package org.kiln.launcher;

import java.util.Locale;

/**
 * One line of {@code kiln.properties}.
 *
 * @param key for example {@code http.address}
 * @param defaultValue what holds when nobody says otherwise, in canonical form
 * @param kind what the value may be
 * @param section the heading it stands under
 * @param text what it does, with units
 */
public record Setting(
    String key, String defaultValue, SettingType kind, String section, String text) {

  /** The environment variable that overrides the file, for example {@code KILN_HTTP_ADDRESS}. */
  public String environmentName() {
    return "KILN_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The value in canonical form; the message names where it was written. */
  String check(String value, String origin) throws RefusedException {
    try {
      return kind.check(value);
    } catch (IllegalArgumentException e) {
      throw RefusedException.configuration(
          origin + ": " + key + " = " + kind.shown(value) + " " + e.getMessage() + ".");
    }
  }
}
