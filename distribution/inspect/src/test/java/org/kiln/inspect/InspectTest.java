package org.kiln.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.testkit.Vectors;

class InspectTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private record Answer(int status, String text) {
    JsonNode json() throws Exception {
      return JSON.readTree(text);
    }
  }

  private static Answer inspect(byte[] input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status;
    try (PrintStream print = new PrintStream(out, false, StandardCharsets.UTF_8)) {
      status = new Inspect(new ByteArrayInputStream(input), print).run(List.of(arguments));
    }
    return new Answer(status, out.toString(StandardCharsets.UTF_8));
  }

  private static Answer inspect(String... arguments) {
    return inspect(new byte[0], arguments);
  }

  private static Vectors.Entry vector(String file, String name) {
    return Vectors.load(file).stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s,StreamID",
    "ceramic://k3y52l7qbv1frxwipl4hp7e6jlu4f6u8upm2xv0irmedfkm5cnutmezzi3u7mytj4,CommitID",
    "bafyreihu557meceujusxajkaro3epfe6nnzjgbjaxsapgtml7ox5ezb5qy,CID",
    "01711220f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86,CID",
    "ce010500ba25076d730241e745cc7c072ff729ea683b751701711220f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86,EventId",
    "fce010500ba25076d730241e745cc7c072ff729ea683b751701711220f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86,EventId",
    "did:key:z6Mkpr5dTHFrgfAoswnCqtsH9sZVvT2F22yyuosQ3ux3evhV,DID",
    "a2616101616202,DAG-CBOR block"
  })
  void shouldKnowWhatItIs(String thing, String kind) throws Exception {
    Answer answer = inspect(thing);
    assertThat(answer.status()).as(answer.text()).isZero();
    assertThat(answer.json().get("kind").asText()).isEqualTo(kind);
  }

  @Test
  void shouldVerifyTheEventInACar() throws Exception {
    JsonNode expected = vector("eventcars", "mid-list-ed25519").expected();
    Answer answer = inspect(expected.get("multibaseCar").asText());
    JsonNode event = answer.json().get("event");
    assertThat(event.get("kind").asText()).isEqualTo("signed init event");
    assertThat(event.get("streamId")).isEqualTo(expected.get("streamId"));
    assertThat(event.get("eventIds").get("inmemory")).isEqualTo(expected.get("eventIdHex"));
    assertThat(event.get("signature").get("verdict").asText()).isEqualTo("verified");
    assertThat(event.get("payload").get("data").get("text").asText()).isEqualTo("hello");
  }

  @Test
  void shouldTellThatTheControllerLetTheSignerAct() throws Exception {
    String car = vector("eventcars", "mid-cacao").expected().get("multibaseCar").asText();
    JsonNode event = inspect(car).json().get("event");
    assertThat(event.get("signature").get("verdict").asText()).isEqualTo("verified");
    assertThat(event.get("signature").get("controller").asText()).startsWith("is the signer");
    assertThat(event.get("capability").get("content").has("p")).isTrue();
  }

  @Test
  void shouldTellThatASignatureDoesNotHold() throws Exception {
    String car = vector("eventcars", "bad-signature").inputs().get("multibaseCar").asText();
    JsonNode event = inspect(car).json().get("event");
    assertThat(event.get("signature").get("verdict").asText()).startsWith("refused: ");
  }

  @Test
  void shouldReadFilesAndStandardInput() throws Exception {
    byte[] car =
        HexFormat.of()
            .parseHex(vector("eventcars", "mid-data").expected().get("carBytesHex").asText());
    Path file = directory.resolve("event.car");
    Files.write(file, car);
    JsonNode fromFile = inspect("@" + file).json();
    assertThat(fromFile.get("event").get("kind").asText()).isEqualTo("signed data event");
    assertThat(inspect(car, "-").json()).isEqualTo(fromFile);
    Path text = directory.resolve("event.txt");
    Files.writeString(
        text, vector("eventcars", "mid-data").expected().get("multibaseCar").asText());
    assertThat(inspect("@" + text).json()).isEqualTo(fromFile);
  }

  @Test
  void shouldReadTheJsonFormOfAnEvent() throws Exception {
    JsonNode body = vector("tile", "genesis-signed").inputs().get("steps").get(0).get("body");
    JsonNode event = inspect(body.get("genesis").toString()).json();
    assertThat(event.get("kind").asText()).isEqualTo("signed init event");
    assertThat(event.get("signature").get("verdict").asText()).isEqualTo("verified");
  }

  @Test
  void shouldFollowThePathOfATimeEvent() throws Exception {
    JsonNode event = vector("timeevents", "tree-3").expected().get("events").get(0);
    JsonNode answer = inspect(event.get("witnessCar").asText()).json().get("event");
    assertThat(answer.get("kind").asText()).isEqualTo("time event");
    assertThat(answer.get("proof").get("path").asText()).isEqualTo("leads to prev");
  }

  @Test
  void shouldJudgeACompactJws() throws Exception {
    String compact = vector("jws", "jws-json-payload").inputs().get("compact").asText();
    assertThat(inspect(compact).json().get("verdict").asText()).startsWith("verified: did:key:");
  }

  @ParameterizedTest
  @CsvSource({
    "dag-cbor,a16161d82a,1",
    "dag-cbor,oWFhAQ==,0",
    "dag-json,'{\"a\":{\"/\":\"bafyreihu557meceujusxajkaro3epfe6nnzjgbjaxsapgtml7ox5ezb5qy\"}}',0",
    "dag-json,'{\"a\":{\"/\":\"x\"}}',1",
    "raw,00ff,0",
    "nope,00ff,1"
  })
  void shouldReadTheCodecThatIsNamed(String codec, String thing, int status) throws Exception {
    Answer answer = inspect("--codec", codec, thing);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().has("error")).isEqualTo(status != 0);
  }

  @Test
  void rejectsWhatIsNothing() throws Exception {
    Answer answer = inspect("!?");
    assertThat(answer.status()).isOne();
    assertThat(answer.json().get("error").asText()).contains("!?");
    assertThat(inspect().status()).isEqualTo(2);
    assertThat(inspect("--nope").status()).isEqualTo(2);
    assertThat(inspect("@" + directory.resolve("absent")).status()).isOne();
  }

  @Test
  void shouldAnswerLineByLine() throws Exception {
    String lines =
        "{\"file\":\"dagcbor\",\"inputs\":{\"dagJson\":\"23\"}}\nbroken\n\n"
            + "{\"file\":\"dagcbor\",\"inputs\":{\"bytesHex\":\"17\"}}\n";
    Answer answer = inspect(lines.getBytes(StandardCharsets.UTF_8), "--batch");
    String[] answers = answer.text().split("\n");
    assertThat(answers).hasSize(3);
    assertThat(JSON.readTree(answers[0]).get("bytesHex").asText()).isEqualTo("17");
    assertThat(JSON.readTree(answers[1]).get("ok").asBoolean()).isFalse();
    assertThat(JSON.readTree(answers[2]).get("dagJson").asText()).isEqualTo("23");
  }
}
