package org.kiln.schema;

/**
 * URIs and references to them, as far as the formats check them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#appendix-A">RFC 3986, appendix A</a>
 */
final class UriSyntax {
  private static final String USER = "-._~!$&'()*+,;=:";
  private static final String NAME = "-._~!$&'()*+,;=";
  private static final String PATH = NAME + ":@";

  /** References may carry quotation marks where the network's validator lets them. */
  private final String quote;

  private UriSyntax(String quote) {
    this.quote = quote;
  }

  static boolean isUri(String text) {
    int scheme = schemeEnd(text);
    return scheme > 0 && new UriSyntax("").afterScheme(text.substring(scheme), false);
  }

  static boolean isReference(String text) {
    UriSyntax syntax = new UriSyntax("\"");
    int scheme = schemeEnd(text);
    return syntax.afterScheme(text, true)
        || scheme > 0 && syntax.afterScheme(text.substring(scheme), true);
  }

  /** Position after the scheme's colon, 0 when there is no scheme. */
  private static int schemeEnd(String text) {
    int colon = text.indexOf(':');
    for (int i = 0; i < colon; i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && (i == 0 || !(c >= '0' && c <= '9') && "+-.".indexOf(c) < 0)) {
        return 0;
      }
    }
    return colon > 0 ? colon + 1 : 0;
  }

  private boolean afterScheme(String text, boolean mayBeEmpty) {
    String rest = text;
    int hash = rest.indexOf('#');
    if (hash >= 0) {
      if (!isAll(rest.substring(hash + 1), PATH + "/?" + quote)) {
        return false;
      }
      rest = rest.substring(0, hash);
    }
    int mark = rest.indexOf('?');
    if (mark >= 0) {
      if (!isAll(rest.substring(mark + 1), PATH + "/?" + quote)) {
        return false;
      }
      rest = rest.substring(0, mark);
    }
    if (rest.isEmpty()) {
      return mayBeEmpty;
    }
    if (rest.charAt(0) != '/') {
      return isAll(rest, PATH + "/" + quote);
    }
    boolean two = rest.startsWith("//");
    return two && isAuthorityAndPath(rest.substring(2))
        || isAuthorityAndPath(rest.substring(1))
        || !two && isAll(rest, PATH + "/" + quote);
  }

  private boolean isAuthorityAndPath(String text) {
    int slash = text.indexOf('/');
    String authority = slash < 0 ? text : text.substring(0, slash);
    String path = slash < 0 ? "" : text.substring(slash);
    return isAuthority(authority) && isAll(path, PATH + "/" + quote);
  }

  private boolean isAuthority(String text) {
    String host = text;
    int at = host.indexOf('@');
    if (at >= 0) {
      if (!isAll(host.substring(0, at), USER)) {
        return false;
      }
      host = host.substring(at + 1);
    }
    int colon = host.startsWith("[") ? host.indexOf(':', host.indexOf(']') + 1) : host.indexOf(':');
    if (host.startsWith("[") && host.indexOf(']') < 0) {
      return false;
    }
    if (colon >= 0) {
      for (int i = colon + 1; i < host.length(); i++) {
        if (host.charAt(i) < '0' || host.charAt(i) > '9') {
          return false;
        }
      }
      host = host.substring(0, colon);
    }
    if (!host.startsWith("[")) {
      return isAll(host, NAME + quote);
    }
    String inside = host.substring(1, host.length() - 1);
    return host.endsWith("]") && (IpAddress.isV6(inside, true) || isFuture(inside));
  }

  private static boolean isFuture(String text) {
    int dot = text.indexOf('.');
    return dot > 1
        && (text.charAt(0) == 'v' || text.charAt(0) == 'V')
        && text.substring(1, dot).matches("[0-9A-Fa-f]+")
        && dot + 1 < text.length()
        && text.indexOf('%') < 0
        && isAll(text.substring(dot + 1), USER);
  }

  private static boolean isAll(String text, String marks) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (c == '%' && isHex(text, i + 1) && isHex(text, i + 2)) {
        i += 2;
      } else if (!alphanumeric && marks.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHex(String text, int at) {
    return at < text.length() && text.charAt(at) < 128 && Character.digit(text.charAt(at), 16) >= 0;
  }
}
