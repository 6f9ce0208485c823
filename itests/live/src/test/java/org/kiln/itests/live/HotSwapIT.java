package org.kiln.itests.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.FeedClient;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.Npm;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** The running node is changed under load: nobody notices, and nothing is left behind. */
class HotSwapIT {
  private static final int UPGRADES = Integer.getInteger("kiln.live.upgrades", 6);
  private static final int INDEX_UPGRADES = Integer.getInteger("kiln.live.index-upgrades", 2);
  private static final int ROUNDS = Integer.getInteger("kiln.live.rounds", 50);
  private static final Map<String, String> EXTENSIONS = new LinkedHashMap<>();

  static {
    EXTENSIONS.put("org.kiln.type.tile", "kiln-type-tile");
    EXTENSIONS.put("org.kiln.did.key", "kiln-did-key");
    EXTENSIONS.put("org.kiln.anchor.inmemory", "kiln-anchor-inmemory");
    EXTENSIONS.put("org.kiln.http.v0", "kiln-http-v0");
  }

  private static final Map<String, String> INDEX = new LinkedHashMap<>();

  static {
    INDEX.put("org.kiln.index", "kiln-index");
    INDEX.put("org.kiln.index.sqlite", "kiln-index-sqlite");
  }

  private static final int SYNC_UPGRADES = Integer.getInteger("kiln.live.sync-upgrades", 2);
  private static final Map<String, String> SYNC = new LinkedHashMap<>();

  static {
    SYNC.put("org.kiln.net.recon", "kiln-net-recon");
    SYNC.put("org.kiln.http.one", "kiln-http-one");
  }

  private static final String ECHO = "/live/echo/1.0.0";

  @TempDir static Path data;

  private static Path home;
  private static String listen;
  private static NodeProcess node;
  private static Admin admin;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Distribution distribution = Distribution.find();
    home = distribution.command().getParent().getParent();
    listen = "/ip4/127.0.0.1/tcp/" + NodeProcess.freePort();
    node =
        NodeProcess.start(
            distribution,
            data,
            "--set",
            "http.rehearsal-seconds=0",
            "--set",
            "anchor.batch-interval-ms=50",
            "--set",
            "network.enabled=true",
            "--set",
            "network.listen=" + listen,
            "--set",
            "recon.enabled=true",
            "--set",
            "recon.interests=all");
    admin = new Admin(node);
  }

  @AfterAll
  static void stop() {
    admin.close();
    node.close();
  }

  @Test
  void shouldLoseNothingWhileExtensionsAreUpgraded() throws Exception {
    Npm.require();
    StringBuilder report = new StringBuilder();
    int loaders = classLoaders();
    Load load = new Load(node.url()).start(2, 2);
    JsonNode npm;
    try (load;
        FeedClient feed = FeedClient.of(node.url());
        NpmLoad clients = NpmLoad.start(node.url())) {
      Await.until("the load runs", () -> load.requests() > 50);
      Await.until("npm clients read and write", () -> clients.ask().path("events").asInt() > 10);
      load.worstMillis();
      clients.lap();
      for (Map.Entry<String, String> extension : EXTENSIONS.entrySet()) {
        Path jar = PluginJar.shipped(home, extension.getValue());
        int before = load.requests();
        for (int i = 1; i <= UPGRADES; i++) {
          Admin.Answer answer =
              admin.upgrade(extension.getKey(), PluginJar.reversioned(jar, "0.1.0.live" + i));
          assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
          int now = load.requests();
          Await.until("requests after an upgrade", () -> load.requests() > now + 10);
          int nowOfClients = clients.ask().path("requests").asInt();
          Await.until(
              "requests of npm clients after an upgrade",
              () -> clients.ask().path("requests").asInt() > nowOfClients + 5);
        }
        report.append(
            String.format(
                "%s upgraded %d times under %d requests, worst latency %d ms; npm clients %d ms%n",
                extension.getKey(),
                UPGRADES,
                load.requests() - before,
                load.worstMillis(),
                clients.lap().path("worstMs").asLong()));
        assertThat(admin.plugin(extension.getKey()).path("version").asText())
            .isEqualTo("0.1.0.live" + UPGRADES);
      }
      npm = clients.end();
      load.close();
      Await.until("a listener hears of every tip", () -> load.untold(feed).isEmpty());
      assertThat(feed.faults()).isEmpty();
      // Sent away by each upgrade of the face, and more often where it was back too early.
      assertThat(feed.connections()).isGreaterThan(UPGRADES);
    }
    report.append(
        String.format(
            "npm clients: %d requests, %d streams, %d events%n",
            npm.path("requests").asInt(), npm.path("streams").asInt(), npm.path("events").asInt()));
    System.out.print(report);
    assertThat(npm.path("refused")).as(npm.toString()).isEmpty();
    assertThat(npm.path("lost").isArray()).isTrue();
    assertThat(npm.path("lost")).as(npm.toString()).isEmpty();
    assertThat(load.refusals()).isEmpty();
    assertThat(load.lost()).isEmpty();
    assertThat(load.streams()).isGreaterThan(20);
    assertThat(classLoaders()).isLessThanOrEqualTo(loaders + 1);
    Await.until("every anchor is written", () -> load.lost().isEmpty() && waitingAnchors() == 0);
  }

  @Test
  void shouldAnswerNothingWrongWhileTheIndexIsUpgraded() throws Exception {
    StreamId model = indexed();
    int loaders = classLoaders();
    try (IndexLoad load = new IndexLoad(node.url(), model).start(2)) {
      Await.until("the load runs", () -> load.answers() > 20);
      load.worstMillis();
      for (Map.Entry<String, String> bundle : INDEX.entrySet()) {
        Path jar = PluginJar.shipped(home, bundle.getValue());
        int before = load.answers();
        for (int i = 1; i <= INDEX_UPGRADES; i++) {
          Admin.Answer answer =
              admin.upgrade(bundle.getKey(), PluginJar.reversioned(jar, "0.1.0.live" + i));
          assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
          assertThat(answer.body().path("warnings")).isEmpty();
          int now = load.answers();
          Await.until("answers after an upgrade", () -> load.answers() > now + 10);
        }
        System.out.printf(
            "%s upgraded %d times under %d answers, worst latency %d ms%n",
            bundle.getKey(), INDEX_UPGRADES, load.answers() - before, load.worstMillis());
      }
      load.close();
      load.askForAll();
      System.out.printf("%d documents, not now: %s%n", load.documents(), load.notNow());
      assertThat(load.faults()).isEmpty();
      assertThat(load.documents()).isGreaterThan(20);
    }
    assertThat(classLoaders()).isLessThanOrEqualTo(loaders + 1);
    assertThat(node.complaints()).isEmpty();
  }

  @Test
  void shouldGoOnHoldingTheSameWhileReconAndItsFaceAreUpgraded(@TempDir Path there)
      throws Exception {
    Await.until("the network is on", () -> peers().path("on").asBoolean());
    String self = peers().path("self").asText();
    StreamId model = counted();
    try (NodeProcess other =
            NodeProcess.start(
                Distribution.find(),
                there,
                "--set",
                "network.enabled=true",
                "--set",
                "network.listen=",
                "--set",
                "network.peers=" + listen + "/p2p/" + self,
                "--set",
                "recon.enabled=true",
                "--set",
                "recon.interests=all");
        OneLoad here = new OneLoad(node.oneUrl(), model, new Author(new byte[32]), "here");
        OneLoad beyond = new OneLoad(other.oneUrl(), model, new Author(new byte[32]), "beyond")) {
      Await.until("the model is there", () -> beyond.has(model.init()));
      here.start();
      beyond.start();
      Await.until(
          "both are written to", () -> here.taken().size() > 5 && !beyond.taken().isEmpty());
      for (int i = 1; i <= SYNC_UPGRADES; i++) {
        for (Map.Entry<String, String> bundle : SYNC.entrySet()) {
          Path jar = PluginJar.shipped(home, bundle.getValue());
          Admin.Answer answer =
              admin.upgrade(bundle.getKey(), PluginJar.reversioned(jar, "0.1.0.live" + i));
          assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
          assertThat(answer.body().path("warnings")).isEmpty();
        }
        int now = here.taken().size();
        Await.until("writes after an upgrade", () -> here.taken().size() > now + 5);
        Cid last = here.taken().getLast();
        Await.until("what is new goes over", () -> beyond.has(last));
        Cid theirs = beyond.taken().getLast();
        Await.until("both ways", () -> here.has(theirs));
      }
      here.close();
      beyond.close();
      for (Cid event : here.taken()) {
        Await.until("all of it is there", () -> beyond.has(event));
      }
      for (Cid event : beyond.taken()) {
        Await.until("all of it is here", () -> here.has(event));
      }
      System.out.printf(
          "Recon and its face upgraded %d times: %d events went over, %d came, not now: %s%n",
          SYNC_UPGRADES, here.taken().size(), beyond.taken().size(), here.notNow());
      assertThat(here.faults()).isEmpty();
      assertThat(beyond.faults()).isEmpty();
      assertThat(beyond.notNow()).isEmpty();
    }
    assertThat(node.complaints()).isEmpty();
  }

  private static JsonNode peers() throws IOException, InterruptedException {
    return admin.get("/admin/peers").body();
  }

  private static StreamId counted() throws IOException, InterruptedException {
    SignedEvent init =
        new Author(new byte[32])
            .model("Counted", Ipld.map("n", Ipld.map("type", Ipld.of("integer"))), "list");
    try (V0Client client = new V0Client(node.url())) {
      V0Client.Answer made = client.create(2, init);
      assertThat(made.ok()).as(made.text()).isTrue();
    }
    return StreamId.of(2, init.cid());
  }

  private static StreamId indexed() throws IOException, InterruptedException {
    StreamId model = counted();
    Admin.Answer indexed = admin.send("PUT", "/admin/index/" + model, new byte[0]);
    assertThat(indexed.status()).as(indexed.body().toString()).isEqualTo(200);
    return model;
  }

  @Test
  void shouldAnswerEveryCallWhileANetworkProtocolIsUpgraded() throws Exception {
    Admin.Answer installed = admin.install(echo(0));
    assertThat(installed.status()).as(installed.body().toString()).isEqualTo(201);
    try (PeerLoad load = new PeerLoad(data, listen, ECHO).start(3)) {
      Await.until("the peer calls", () -> load.calls() > 50 || !load.failures().isEmpty());
      assertThat(load.failures()).isEmpty();
      load.worstMillis();
      int before = load.calls();
      for (int i = 1; i <= UPGRADES; i++) {
        Admin.Answer answer = admin.upgrade("live.echo", echo(i));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        String version = "1.0." + i;
        Await.until(
            "the new one answers",
            () -> load.versions().contains(version) || !load.failures().isEmpty());
        assertThat(load.failures()).isEmpty();
      }
      System.out.printf(
          "a network protocol upgraded %d times under %d calls over one connection, worst latency"
              + " %d ms%n",
          UPGRADES, load.calls() - before, load.worstMillis());
      assertThat(load.failures()).isEmpty();
      assertThat(load.versions()).hasSize(UPGRADES + 1);
      assertThat(load.connections()).isEqualTo(1);
    }
    assertThat(admin.uninstall("live.echo").status()).isEqualTo(200);
  }

  private static byte[] echo(int version) {
    return new PluginJar("live.echo", "1.0." + version)
        .activator("echo(context, \"" + ECHO + "\");", "")
        .bytes();
  }

  private static int waitingAnchors() throws IOException, InterruptedException {
    Admin.Answer answer = admin.get("/admin/anchor");
    assertThat(answer.body().path("failed").asInt()).isZero();
    return answer.body().path("waiting").asInt();
  }

  @Test
  void shouldLeaveNoClassLoaderBehind() throws Exception {
    round(0);
    int before = classLoaders();
    for (int i = 1; i <= ROUNDS; i++) {
      round(i);
    }
    int after = classLoaders();
    System.out.printf(
        "%d rounds of install and uninstall: %d class loaders before, %d after%n",
        ROUNDS, before, after);
    assertThat(after).isLessThanOrEqualTo(before + 1);
    assertThat(instances("live_sample.Activator")).isZero();
  }

  private static void round(int i) throws IOException, InterruptedException {
    byte[] jar =
        new PluginJar("live.sample", "1.0." + i)
            .activator(
                "route(context, \"/sample\", \"round "
                    + i
                    + "\"); type(context, 900, 0); reader(context, \"live\");",
                "")
            .bytes();
    Admin.Answer installed = admin.install(jar);
    assertThat(installed.status()).as(installed.body().toString()).isEqualTo(201);
    try (V0Client client = new V0Client(node.url())) {
      assertThat(client.get("/sample").text()).isEqualTo("round " + i);
    }
    Admin.Answer gone = admin.uninstall("live.sample");
    assertThat(gone.status()).as(gone.body().toString()).isEqualTo(200);
    assertThat(gone.body().path("warnings")).isEmpty();
  }

  private static int classLoaders() throws Exception {
    return instances("org.apache.felix.framework.BundleWiringImpl$BundleClassLoader");
  }

  /** Live instances: the histogram collects garbage first. */
  private static int instances(String type) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(node.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes());
    assertThat(jcmd.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains("java.lang.String");
    Matcher line =
        Pattern.compile("\\s(\\d+)\\s+\\d+\\s+" + Pattern.quote(type) + "(\\s|$)").matcher(output);
    return line.find() ? Integer.parseInt(line.group(1)) : 0;
  }
}
