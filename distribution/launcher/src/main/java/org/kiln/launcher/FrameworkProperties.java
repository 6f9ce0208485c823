package org.kiln.launcher;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.osgi.framework.Constants;

/**
 * What a framework is told before it starts: its own properties, and the bundles' configuration.
 */
public final class FrameworkProperties {
  private FrameworkProperties() {}

  /**
   * The properties for a node of that distribution.
   *
   * @param home where the distribution lies
   * @param settings key to value, over the defaults; {@code data} must be among them
   * @throws IllegalArgumentException when there is no such setting or value
   */
  public static Map<String, String> of(Path home, Map<String, String> settings) throws IOException {
    try {
      return of(home, Configuration.load(null, Map.of(), settings));
    } catch (RefusedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  static Map<String, String> of(Path home, Configuration configuration) throws IOException {
    OperatorToken operator = OperatorToken.ensure(configuration.dataDirectory());
    Placeholders placeholders = new Placeholders(configuration, home, operator);
    Path lib = home.resolve("lib");
    Properties template = new Properties();
    template.load(new StringReader(Files.readString(lib.resolve("framework.properties"))));
    Map<String, String> properties = new HashMap<>();
    for (String key : template.stringPropertyNames()) {
      properties.put(key, Template.text(template.getProperty(key), placeholders));
    }
    properties.put(
        Constants.FRAMEWORK_STORAGE, configuration.dataDirectory().resolve("framework").toString());
    if (Tls.wanted(configuration)) {
      properties.putAll(Tls.frameworkProperties(configuration));
    }
    properties.put(
        "configurator.initial",
        PluginSettings.add(
            Template.json(Files.readString(lib.resolve("configuration.json")), placeholders),
            configuration.all()));
    return properties;
  }
}
