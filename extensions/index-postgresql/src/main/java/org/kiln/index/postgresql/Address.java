package org.kiln.index.postgresql;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.postgresql.Driver;

/**
 * Where the database is, and who asks it. No message of it repeats a password. Immutable.
 *
 * @param shown host, port and database, as errors may show them
 * @param options those of the driver, {@code ?} before them; may hold passwords too
 */
record Address(String shown, String options, String user, String password) {
  private static final Set<String> SCHEMES = Set.of(PostgresBackend.ID, PostgresBackend.ALIAS);

  /** Names of hosts in networks of containers have underlines, which those of URIs have not. */
  private static final Pattern SERVER =
      Pattern.compile("([\\w.-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");

  /** Seconds until a host that says nothing counts as gone. */
  private static final String CONNECT_SECONDS = "5";

  /** Seconds a query may be silent: longer than the node lets one take. */
  private static final String READ_SECONDS = "60";

  /** The same for a write: making an index over millions of rows takes its time. */
  private static final String WRITE_SECONDS = "900";

  /**
   * Reads {@code postgresql://user:password@host:port/database?option=value}; options are those of
   * the driver, such as {@code sslmode} and {@code currentSchema}.
   */
  static Address parse(String text) {
    try {
      URI uri = new URI(text);
      String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
      int at = authority.lastIndexOf('@');
      String server = authority.substring(at + 1);
      if (!SCHEMES.contains(String.valueOf(uri.getScheme()))
          || !SERVER.matcher(server).matches()
          || path(uri).isEmpty()) {
        throw none();
      }
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      String who = authority.substring(0, Math.max(at, 0));
      int colon = who.indexOf(':');
      return new Address(
          PostgresBackend.ID + "://" + server + "/" + path(uri),
          query,
          decoded(colon < 0 ? who : who.substring(0, colon)),
          colon < 0 ? "" : decoded(who.substring(colon + 1)));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw none();
    }
  }

  private static String path(URI uri) {
    return uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("^/", "");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IndexException none() {
    return new IndexException(
        Kind.UNAVAILABLE,
        "index.url is not of the form postgresql://user:password@host:port/database; what is no"
            + " letter, digit or -._~ in user and password is written as %XX",
        null);
  }

  /** Connects; the caller closes. */
  Connection connect(boolean writes) throws SQLException {
    Properties settings = new Properties();
    if (!user.isEmpty()) {
      settings.setProperty("user", user);
    }
    if (!password.isEmpty()) {
      settings.setProperty("password", password);
    }
    settings.setProperty("ApplicationName", "kiln");
    settings.setProperty("connectTimeout", CONNECT_SECONDS);
    settings.setProperty("loginTimeout", CONNECT_SECONDS);
    settings.setProperty("socketTimeout", writes ? WRITE_SECONDS : READ_SECONDS);
    settings.setProperty("tcpKeepAlive", "true");
    if (writes) {
      settings.setProperty("reWriteBatchedInserts", "true");
    } else {
      // A plan for all values would know no index over a member that is itself a parameter.
      settings.setProperty("prepareThreshold", "0");
    }
    settings.setProperty("readOnly", Boolean.toString(!writes));
    Connection connection = new Driver().connect("jdbc:" + shown + options, settings);
    if (connection == null) {
      throw new SQLException("The driver does not know " + shown);
    }
    return connection;
  }

  @Override
  public String toString() {
    return shown;
  }
}
