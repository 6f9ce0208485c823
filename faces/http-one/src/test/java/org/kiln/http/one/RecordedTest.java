package org.kiln.http.one;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.ipld.Json;

/**
 * What a live ceramic-one 0.58.0 answered, asked of this face: status, content type, CORS headers,
 * warnings and bodies. Where this node knowingly answers otherwise, {@code differences.txt} says
 * how and why; a line of it that is not needed fails.
 */
class RecordedTest {
  /** When it was recorded: capabilities of the recording are in force. */
  private static final Clock THEN =
      Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);

  /** Of the recorded nodes: their interests hold it. */
  private static final Map<String, PeerId> SELVES =
      Map.of(
          "restart", PeerId.parse("12D3KooWLFP1eckUxpaE79VJxy4mmoyBGdS5RZM99voR4Cisftmx"),
          "kubo", PeerId.parse("12D3KooWLFP1eckUxpaE79VJxy4mmoyBGdS5RZM99voR4Cisftmx"),
          "interests", PeerId.parse("12D3KooWJ6SGbrhTY6iSpRfVdpLWVGs1qZxUaetkwSbGPAg2kQoU"));

  private static final Pattern TOKEN = Pattern.compile("\"resumeToken\":\"([0-9]+)\"");
  private static final Pattern RESUME = Pattern.compile("resumeAt=([0-9]+)(?=&|$)");

  private record Difference(int status, String why) {}

  private final Map<String, Difference> differences = differences();

  @TestFactory
  Stream<DynamicNode> recorded() throws CodecException {
    Ipld.Map file = Json.parseMap(resource("http.json"));
    return items(file, "groups").stream()
        .map(Ipld.Map.class::cast)
        .map(group -> dynamicContainer(text(group, "group"), cases(group)));
  }

  /** Where that is asked for, writes that do not fit are answered as there, and show nowhere. */
  @Test
  void shouldKeepWhatDoesNotFitItsModelWhereThatIsAsked() throws CodecException {
    List<String> otherwise = new ArrayList<>();
    try (TestNode node = new TestNode(THEN, TestNode.SELF)) {
      OneManners manners = new OneManners(List.of("*"), true);
      Session session = new Session(node, TestNode.SELF, manners, new HashMap<>());
      OneFace lenient = node.lenientFace();
      for (Ipld item : items(Json.parseMap(resource("http.json")), "groups")) {
        Ipld.Map group = (Ipld.Map) item;
        if (!text(group, "group").equals("streams")) {
          continue;
        }
        for (Ipld each : items(group, "cases")) {
          Ipld.Map one = (Ipld.Map) each;
          Ipld.Map request = (Ipld.Map) one.entries().get("request");
          Ipld.Map response = (Ipld.Map) one.entries().get("response");
          TestCall.Answer answer =
              new TestCall(
                      text(request, "method"),
                      session.filled(text(request, "path")),
                      texts(request, "headers"),
                      body(request, session))
                  .send(lenient.routes(), manners);
          int status = ((Ipld.Int) response.entries().get("status")).value().intValueExact();
          if (answer.status() != status) {
            otherwise.add(text(one, "name") + " " + answer.status() + " " + answer.text());
          }
        }
      }
      lenient.close();
    }
    assertThat(otherwise).isEmpty();
  }

  private Stream<DynamicNode> cases(Ipld.Map group) {
    String name = text(group, "group");
    List<String> origins =
        name.equals("cors-list")
            ? List.of("http://one.example", "http://two.example")
            : List.of("*");
    OneManners manners = new OneManners(origins, true);
    PeerId self = SELVES.getOrDefault(name, TestNode.SELF);
    Session session = new Session(new TestNode(THEN, self), self, manners, new HashMap<>());
    List<DynamicNode> cases = new ArrayList<>();
    for (Ipld item : items(group, "cases")) {
      Ipld.Map one = (Ipld.Map) item;
      String id = name + "/" + text(one, "name");
      cases.add(dynamicTest(text(one, "name"), () -> check(id, one, session)));
    }
    return cases.stream().onClose(session.node()::close);
  }

  /**
   * One node, and its tokens for those of the recording: both count the entries of their journals.
   */
  private record Session(
      TestNode node, PeerId self, OneManners manners, Map<String, String> tokens) {
    String filled(String text) {
      return RESUME
          .matcher(
              text.replace("{{peerId}}", self.toString())
                  .replace("{{otherPort}}", "4102")
                  .replace("{{otherPeerId}}", SELVES.get("restart").toString()))
          .replaceAll(found -> "resumeAt=" + tokens.getOrDefault(found.group(1), found.group(1)));
    }

    void learn(String recorded, String actual) {
      Matcher theirs = TOKEN.matcher(recorded);
      Matcher ours = TOKEN.matcher(actual);
      if (theirs.find() && ours.find()) {
        tokens.put(theirs.group(1), ours.group(1));
      }
    }
  }

  private void check(String id, Ipld.Map one, Session session) {
    if (one.get("action").isPresent()) {
      session.node().restart();
      return;
    }
    Ipld.Map request = (Ipld.Map) one.entries().get("request");
    Ipld.Map response = (Ipld.Map) one.entries().get("response");
    int status = ((Ipld.Int) response.entries().get("status")).value().intValueExact();
    if (request.get("bodyRecipe").isPresent()) {
      return; // too large to be recorded: OneFaceTest makes such events
    }
    TestCall.Answer answer =
        new TestCall(
                text(request, "method"),
                session.filled(text(request, "path")),
                texts(request, "headers"),
                body(request, session))
            .send(session.node().routes(), session.manners());
    session.learn(text(response, "body"), answer.text());
    Difference difference = differences.get(id);
    if (difference == null) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(status);
      headers(texts(response, "headers"), answer);
      if (one.get("volatile").isEmpty() || id.contains("interests")) {
        if (response.get("bodyBase64").isPresent()) {
          assertThat(Base64.getEncoder().encodeToString(answer.bytes()))
              .isEqualTo(text(response, "bodyBase64"));
        } else {
          bodies(text(response, "body"), answer);
        }
      }
    } else {
      assertThat(answer.status()).as(answer.text()).isEqualTo(difference.status());
      assertThat(same(status, text(response, "body"), answer)).as(difference.why()).isFalse();
    }
  }

  private static void headers(Map<String, String> recorded, TestCall.Answer answer) {
    for (String name :
        List.of(
            "content-type",
            "warning",
            "access-control-allow-origin",
            "access-control-allow-methods",
            "access-control-allow-headers")) {
      assertThat(answer.headers().get(name)).as(name).isEqualTo(recorded.get(name));
    }
  }

  private static void bodies(String recorded, TestCall.Answer answer) {
    if (!answer.text().equals(recorded)) {
      assertThat(comparable(answer.text(), answer.status()))
          .isEqualTo(comparable(recorded, answer.status()));
    }
  }

  private static boolean same(int status, String recorded, TestCall.Answer answer) {
    return status == answer.status()
        && comparable(answer.text(), status).equals(comparable(recorded, status));
  }

  /**
   * Of an error, what comes before the last words, which are those of a Rust library; of an answer,
   * JSON as a value. Resume tokens count entries of two different journals: only their presence is
   * compared.
   */
  private static String comparable(String text, int status) {
    if (status >= 400) {
      int message =
          text.startsWith("{\"message\":\"") || text.startsWith("{\"Message\":\"") ? 12 : 0;
      int colon = text.indexOf(": ", message);
      return colon < 0 ? text : text.substring(0, colon);
    }
    return text.replaceAll("\"resumeToken\":\"[0-9]+\"", "\"resumeToken\":\"…\"");
  }

  private static byte[] body(Ipld.Map request, Session session) {
    return request.text("bodyBase64").isPresent()
        ? Base64.getDecoder().decode(text(request, "bodyBase64"))
        : session.filled(request.text("body").orElse("")).getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Ipld.Map map, String name) {
    return map.text(name).orElse("");
  }

  private static List<Ipld> items(Ipld.Map map, String name) {
    return ((Ipld.List) map.entries().get(name)).items();
  }

  private static Map<String, String> texts(Ipld.Map map, String name) {
    Map<String, String> found = new HashMap<>();
    if (map.entries().get(name) instanceof Ipld.Map members) {
      members.entries().forEach((key, value) -> found.put(key, ((Ipld.Text) value).value()));
    }
    return found;
  }

  private static byte[] resource(String name) {
    try (InputStream in = RecordedTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines {@code group/case | status here | why}. */
  private static Map<String, Difference> differences() {
    Map<String, Difference> found = new HashMap<>();
    new String(resource("differences.txt"), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(
            line -> {
              String[] parts = line.split(" \\| ", 3);
              found.put(
                  parts[0].strip(), new Difference(Integer.parseInt(parts[1].strip()), parts[2]));
            });
    return found;
  }
}
