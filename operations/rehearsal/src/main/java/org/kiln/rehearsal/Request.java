package org.kiln.rehearsal;

import java.nio.charset.StandardCharsets;

/**
 * A request of a client.
 *
 * @param path from the node's root
 * @param body JSON, or empty
 */
record Request(String method, String path, String body) {
  static Request post(String path, String body) {
    return new Request("POST", path, body);
  }

  static Request get(String path) {
    return new Request("GET", path, "");
  }

  /** What goes over the wire. */
  byte[] bytes(String host, String prefix) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    String type = length == 0 ? "" : "Content-Type: application/json\r\n";
    return (method
            + (" " + prefix + path + " HTTP/1.1\r\n")
            + ("Host: " + host + "\r\n")
            + type
            + ("Content-Length: " + length + "\r\n\r\n")
            + body)
        .getBytes(StandardCharsets.UTF_8);
  }
}
