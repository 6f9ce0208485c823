package org.kiln.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the placeholders of the templates stand for: every setting, and a few facts of this run. */
final class Placeholders implements Function<String, Template.Value> {
  static final Set<String> BUILT_IN =
      Set.of(
          "http.address.host",
          "http.address.port",
          "anchor.missing",
          "http.plain",
          "http.tls",
          "http.tls.hosts",
          "index.backend",
          "kiln.version",
          "kiln.data",
          "kiln.home",
          "operator.token.sha256",
          "store.directory");

  private final Configuration configuration;
  private final Path home;
  private final OperatorToken operator;

  Placeholders(Configuration configuration, Path home, OperatorToken operator) {
    this.configuration = configuration;
    this.home = home;
    this.operator = operator;
  }

  @Override
  public Template.Value apply(String name) {
    return switch (name) {
      case "http.address.host" -> Template.Value.text(configuration.httpAddress().host());
      case "http.address.port" -> Template.Value.number(configuration.httpAddress().port());
      case "http.tls" -> Template.Value.text(Boolean.toString(Tls.wanted(configuration)));
      case "http.plain" -> Template.Value.text(Boolean.toString(!Tls.wanted(configuration)));
      case "http.tls.hosts" -> list(Tls.hosts(configuration));
      case "index.backend" ->
          Template.Value.text(SettingType.Database.kind(configuration.get("index.url")));
      case "anchor.missing" -> list(new AnchoringSettings(configuration).missing());
      case "kiln.version" -> Template.Value.text(Version.current());
      case "kiln.data" -> Template.Value.text(configuration.dataDirectory().toString());
      case "kiln.home" -> Template.Value.text(home.toString());
      case "store.directory" -> Template.Value.text(StoreRecord.directory(configuration));
      case "operator.token.sha256" -> Template.Value.text(operator.sha256());
      default -> {
        Setting setting =
            Settings.find(name)
                .orElseThrow(
                    () -> new IllegalStateException("No setting " + name + " for a template"));
        String value = configuration.get(name);
        if (setting.kind() instanceof SettingType.File && !value.isEmpty()) {
          value = configuration.file(name).toString();
        }
        yield new Template.Value(value, setting.kind().json(value));
      }
    };
  }

  private static Template.Value list(List<String> texts) {
    return new Template.Value(
        String.join(" ", texts),
        texts.stream().map(Json::quote).collect(Collectors.joining(",", "[", "]")));
  }
}
