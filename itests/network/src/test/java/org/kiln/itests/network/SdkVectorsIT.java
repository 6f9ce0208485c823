package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;

/**
 * The signatures that ceramic-one's SDK keeps for its own tests, of keys and of wallets, good ones
 * and bad ones: each is sent to the shipped node. They lie beside the suite that {@code one.suite}
 * names.
 */
@Timeout(240)
class SdkVectorsIT {
  private static final String ARCHIVES = "../../sdk/packages/test-vectors/assets";
  private static final List<String> WITHOUT_CAPABILITY = List.of("key-ecdsa-p256", "key-ed25519");
  private static final List<String> WITH_CAPABILITY =
      List.of("pkh-ethereum", "pkh-solana", "pkh-webauthn");

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path data;

  @Test
  void shouldJudgeSignaturesAsTheSdkDoes() throws Exception {
    Optional<Path> suite =
        Optional.ofNullable(System.getProperty("one.suite", System.getenv("CERAMIC_ONE_SUITE")))
            .map(named -> Path.of(named).resolve(ARCHIVES))
            .filter(Files::isDirectory);
    assumeTrue(
        suite.isPresent(),
        "ceramic-one's SDK is not at hand: -Done.suite would name tests/suite of a checkout");
    Map<String, Integer> answers = new TreeMap<>();
    Map<String, String> said = new TreeMap<>();
    try (NodeProcess node = NodeProcess.start(Distribution.find(), data)) {
      for (List<String> kind : List.of(WITHOUT_CAPABILITY, WITH_CAPABILITY)) {
        for (String name : kind) {
          Car archive = Car.read(Files.readAllBytes(suite.get().resolve(name + ".car")));
          Map<Cid, Block> blocks = new HashMap<>();
          archive.blocks().forEach(block -> blocks.put(block.cid(), block));
          Ipld.Map root = (Ipld.Map) DagCbor.decode(blocks.get(archive.roots().get(0)).data());
          // The init events first: the others go on from the valid one.
          for (boolean init : new boolean[] {true, false}) {
            root.entries()
                .forEach(
                    (member, value) -> {
                      if (isEvent(member, value) && init != member.contains("DataEvent")) {
                        HttpResponse<String> answer = post(node, ((Ipld.Link) value).cid(), blocks);
                        answers.put(name + " " + member, answer.statusCode());
                        said.put(name + " " + member, answer.body());
                      }
                    });
          }
        }
      }
    }
    assertThat(answers)
        .as(said.toString())
        .hasSize(5 * WITHOUT_CAPABILITY.size() + 15 * WITH_CAPABILITY.size())
        .allSatisfy(
            (name, status) ->
                assertThat(status)
                    .as(name + ": " + said.get(name))
                    .isEqualTo(name.contains(" valid") ? 204 : 400));
  }

  private static boolean isEvent(String member, Ipld value) {
    return value instanceof Ipld.Link && !member.endsWith("Payload");
  }

  private HttpResponse<String> post(NodeProcess node, Cid cid, Map<Cid, Block> blocks) {
    try {
      DecodedEvent event = EventDecoder.decode(cid, EventDecoder.Blocks.of(blocks));
      String car = Multibase.BASE64.encode(new Car(List.of(cid), event.blocks()).write());
      return http.send(
          HttpRequest.newBuilder(node.oneUrl().resolve("/ceramic/events"))
              .POST(HttpRequest.BodyPublishers.ofString("{\"data\":\"" + car + "\"}"))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (Exception e) {
      throw new AssertionError(cid + " cannot be sent", e);
    }
  }
}
