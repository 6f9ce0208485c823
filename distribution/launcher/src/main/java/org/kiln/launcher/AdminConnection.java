package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** The admin routes of the node that runs in a data directory, with the credential found there. */
record AdminConnection(LocalHttp.Place place, OperatorToken token) {
  private static final byte[] NOTHING = {};
  private static final int TIMEOUT_MS = 10_000;

  /** Installing a plugin waits for it to be well. */
  private static final int CHANGE_TIMEOUT_MS = 120_000;

  /** Finds the node: where the command line says it answers, else where it has written it does. */
  static AdminConnection to(Configuration configuration) throws RefusedException {
    Path data = configuration.dataDirectory();
    Optional<LocalHttp.Place> named = named(configuration);
    LocalHttp.Place place =
        named.isPresent()
            ? named.get()
            : DataDirectory.readState(data)
                .map(AdminConnection::place)
                .orElseThrow(
                    () -> new RefusedException(Exit.FAILURE, "No node runs in " + data + "."));
    try {
      return new AdminConnection(place, OperatorToken.read(data));
    } catch (NoSuchFileException e) {
      throw new RefusedException(
          Exit.FAILURE, "There is no " + OperatorToken.file(data) + "; is the node an older one?");
    } catch (IOException e) {
      throw RefusedException.storage(
          "Cannot read "
              + OperatorToken.file(data)
              + "; only the user that runs the node can: "
              + e.getMessage());
    }
  }

  /** What the command line says with --http. */
  static Optional<LocalHttp.Place> named(Configuration configuration) {
    if (!configuration.isFlag("http.address")) {
      return Optional.empty();
    }
    Path certificate =
        Tls.wanted(configuration) ? configuration.file("http.tls-certificate") : null;
    return Optional.of(new LocalHttp.Place(configuration.httpAddress().reachable(), certificate));
  }

  /** Where a node answers, by the state it has written. */
  static LocalHttp.Place place(Properties state) {
    return new LocalHttp.Place(
        HostPort.parse(state.getProperty("http")),
        Optional.ofNullable(state.getProperty("certificate")).map(Path::of).orElse(null));
  }

  /** Asks, and refuses with the node's own sentence when the answer is an error. */
  Map<String, String> ask(String method, String path) throws RefusedException {
    return ask(method, path, NOTHING);
  }

  /** Asks with a body. */
  Map<String, String> ask(String method, String path, byte[] body) throws RefusedException {
    return reply(method, path, body).orRefuse();
  }

  /** What the node answered, which may be an error that the caller has a use for. */
  record Reply(int status, Map<String, String> fields, String body, String refusal) {
    /** The fields; an error is refused with the node's own sentence. */
    Map<String, String> orRefuse() throws RefusedException {
      if (status / 100 != 2) {
        throw new RefusedException(Exit.FAILURE, refusal);
      }
      return fields;
    }
  }

  /** Asks without a body. */
  Reply reply(String method, String path) throws RefusedException {
    return reply(method, path, NOTHING);
  }

  /** Asks with a body. */
  Reply reply(String method, String path, byte[] body) throws RefusedException {
    int timeout = method.equals("GET") ? TIMEOUT_MS : CHANGE_TIMEOUT_MS;
    try {
      LocalHttp.Answer answer = LocalHttp.request(method, place, path, token.text(), body, timeout);
      if (answer.status() / 100 == 2) {
        return new Reply(answer.status(), JsonFields.read(answer.body()), answer.body(), "");
      }
      return new Reply(answer.status(), fields(answer), answer.body(), refusal(answer));
    } catch (IOException e) {
      throw new RefusedException(
          Exit.FAILURE, "The node at " + place.address() + " does not answer: " + e.getMessage());
    }
  }

  private static Map<String, String> fields(LocalHttp.Answer answer) {
    try {
      return JsonFields.read(answer.body());
    } catch (IOException e) {
      return Map.of();
    }
  }

  private String refusal(LocalHttp.Answer answer) {
    String sentence = fields(answer).get("error");
    return sentence != null
        ? sentence
        : "The node at "
            + place.address()
            + " answers "
            + answer.status()
            + ": "
            + answer.body().strip();
  }
}
