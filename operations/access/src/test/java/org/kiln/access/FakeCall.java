package org.kiln.access;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.plugin.Deadline;

/** A request that was never sent. */
final class FakeCall implements HttpCall {
  private final String method;
  private final String path;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private String body = "";
  private String address = "127.0.0.1";

  FakeCall(String method, String path) {
    this.method = method;
    this.path = path;
    header("Host", "127.0.0.1:7007");
  }

  FakeCall header(String name, String value) {
    headers.put(name.toLowerCase(Locale.ROOT), value);
    return this;
  }

  FakeCall variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  FakeCall body(String json) {
    body = json;
    return header("Content-Type", "application/json");
  }

  FakeCall from(String remote) {
    address = remote;
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String variable(String name) {
    return variables.get(name);
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.empty();
  }

  @Override
  public Map<String, String> queries() {
    return Map.of();
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  @Override
  public byte[] body() {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String remoteAddress() {
    return address;
  }

  @Override
  public Deadline deadline() {
    return Deadline.NONE;
  }
}
