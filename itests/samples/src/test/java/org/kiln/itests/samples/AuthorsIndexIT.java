package org.kiln.itests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/**
 * An index that a plugin keeps by the feed is exactly what clients were promised, whatever is
 * upgraded, killed or rebuilt meanwhile.
 */
class AuthorsIndexIT {
  private static final int ACCOUNTS = 4;
  private static final int UPGRADES = Integer.getInteger("kiln.feed.upgrades", 4);
  private static final int KILLS = Integer.getInteger("kiln.feed.kills", 5);
  private static final int LONGEST_RUN_MS = 700;
  private static final Path JAR = Checkout.jar("sample-plugins/authors");

  private final Distribution distribution = Distribution.find();
  private final Clients clients = new Clients(ACCOUNTS);

  @TempDir private Path directory;

  /** A stream in the index. */
  private record Entry(String tip, long writes) {}

  @Test
  void shouldMissNothingAndDoubleNothingWhileItIsUpgraded() throws Exception {
    try (NodeProcess node = NodeProcess.start(distribution, directory.resolve("node"));
        V0Client v0 = new V0Client(node.url())) {
      Checkout.install(distribution, node, JAR);
      try (Clients.Run run = clients.start(node.url())) {
        for (int i = 1; i <= UPGRADES; i++) {
          int before = clients.writes();
          Await.until("clients write", () -> clients.writes() > before + 40);
          Path jar = Checkout.reversioned(JAR, "0.2." + i, directory);
          Distribution.Answer answer =
              distribution.run(
                  "plugin", "upgrade", jar.toString(), "--data", node.data().toString());
          assertThat(answer.exitCode()).as(answer.output()).isZero();
          assertThat(answer.output()).contains("0.2." + i);
        }
      }
      assertThat(clients.refusals()).isEmpty();
      assertThat(clients.writes()).isGreaterThan(40 * UPGRADES);
      awaitAllRead(node);
      assertThat(wrong(index(v0), promised(v0))).isEmpty();
      assertThat(node.complaints()).isEmpty();
    }
  }

  @Test
  void shouldBeExactAfterKillsAndARebuild() throws Exception {
    Path data = directory.resolve("node");
    Random random = new Random(11);
    NodeProcess node = NodeProcess.start(distribution, data);
    try {
      Checkout.install(distribution, node, JAR);
      for (int i = 0; i < KILLS; i++) {
        int before = clients.writes();
        try (Clients.Run run = clients.start(node.url())) {
          Await.until("clients write", () -> clients.writes() > before);
          TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_RUN_MS)); // a moment by chance
          node.kill();
        }
        node.close();
        node = NodeProcess.start(distribution, data);
      }
      Map<StreamId, Entry> kept;
      awaitAllRead(node);
      try (V0Client v0 = new V0Client(node.url())) {
        kept = index(v0);
        assertThat(wrong(kept, promised(v0))).isEmpty();
      }
      assertThat(node.complaints()).isEmpty();
      assertThat(node.stop()).isZero();
      Distribution.Answer rebuild =
          distribution.run("rebuild", "--data", data.toString(), "--network", "inmemory");
      assertThat(rebuild.exitCode()).as(rebuild.output()).isZero();
      node.close();
      node = NodeProcess.start(distribution, data);
      try (Clients.Run run = clients.start(node.url())) {
        int before = clients.writes();
        Await.until("clients write", () -> clients.writes() > before + 20);
      }
      awaitAllRead(node);
      try (V0Client v0 = new V0Client(node.url())) {
        Map<StreamId, Entry> now = index(v0);
        assertThat(wrong(now, promised(v0))).isEmpty();
        assertThat(now).containsAllEntriesOf(kept);
      }
    } finally {
      node.close();
    }
  }

  /** Until the plugin runs, and its reader stands at the feed's end. */
  private void awaitAllRead(NodeProcess node) throws Exception {
    Await.until(
        "everything is read",
        () -> {
          String status = distribution.run("status", "--data", node.data().toString()).output();
          return status.contains("Reader   sample-authors of org.kiln.sample.authors: waiting, at ")
              && !status.contains(" behind");
        });
  }

  /** What the index says of the accounts' streams. */
  private Map<StreamId, Entry> index(V0Client v0) throws Exception {
    Map<StreamId, Entry> index = new LinkedHashMap<>();
    for (String did : clients.dids()) {
      String after = "";
      JsonNode page;
      do {
        V0Client.Answer answer =
            v0.get(
                "/authors/" + URLEncoder.encode(did, StandardCharsets.UTF_8) + "?limit=50" + after);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        page = answer.body();
        String last = "";
        for (JsonNode entry : page.path("streams")) {
          last = entry.path("stream").asText();
          Entry earlier =
              index.put(
                  StreamId.parse(last),
                  new Entry(entry.path("tip").asText(), entry.path("writes").asLong()));
          assertThat(earlier).as(last + " is there twice").isNull();
        }
        after = "&after=" + last;
      } while (page.path("more").asBoolean());
    }
    return index;
  }

  /**
   * What the node says of every stream that a client heard of or that the index has: its tip, and
   * all events of its log, which clients have written; at least those that were acknowledged, and
   * one more when the node died before it said so.
   */
  private Map<StreamId, Entry> promised(V0Client v0) throws Exception {
    Map<StreamId, Entry> promised = new LinkedHashMap<>();
    Map<StreamId, Integer> heard = new LinkedHashMap<>();
    index(v0).keySet().forEach(stream -> heard.put(stream, 0));
    heard.putAll(clients.acknowledged());
    for (Map.Entry<StreamId, Integer> stream : heard.entrySet()) {
      V0Client.Answer answer = v0.load(stream.getKey());
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      JsonNode log = answer.body().path("state").path("log");
      assertThat(log.size()).isBetween(stream.getValue(), stream.getValue() + 1);
      promised.put(
          stream.getKey(), new Entry(log.path(log.size() - 1).path("cid").asText(), log.size()));
    }
    return promised;
  }

  /** How the index differs from what was promised, the first few streams. */
  private static List<String> wrong(Map<StreamId, Entry> index, Map<StreamId, Entry> promised) {
    assertThat(promised.keySet()).containsAll(index.keySet());
    return promised.entrySet().stream()
        .filter(stream -> !stream.getValue().equals(index.get(stream.getKey())))
        .map(stream -> stream + ", in the index " + index.get(stream.getKey()))
        .limit(10)
        .toList();
  }
}
