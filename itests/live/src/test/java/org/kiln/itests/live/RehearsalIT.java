package org.kiln.itests.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.PemPair;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** The bundle that rehearses comes and goes in the middle of it, and the node does not mind. */
class RehearsalIT {
  private static final String NAME = "org.kiln.rehearsal";
  private static final String FACE = "org.kiln.http.v0";
  private static final String LONG = "http.rehearsal-seconds=600";
  private static final Pattern PLAYED =
      Pattern.compile("/rehearsal/\\{secret}/api/v0/commits\",status=\"2xx\"\\} ([0-9]+)");

  private static final Distribution DISTRIBUTION = Distribution.find();

  @TempDir private Path data;

  private final Author author = new Author(new byte[32]);
  private int serial;

  private NodeProcess node;

  @Test
  void shouldBeStoppedInTheMiddleAndLeaveNothing() throws Exception {
    try (NodeProcess playing = NodeProcess.start(DISTRIBUTION, data, "--set", LONG);
        Admin admin = new Admin(playing)) {
      node = playing;
      awaitMore(0);
      Admin.Answer stopped = admin.tell(NAME, "stop");
      assertThat(stopped.status()).as(stopped.body().toString()).isEqualTo(200);
      assertThat(stopped.body().path("warnings")).isEmpty();
      assertThat(jcmd("Thread.print")).contains("main").doesNotContain("kiln-rehearsal");
      assertThat(jcmd("GC.class_histogram"))
          .contains("java.lang.String")
          .doesNotContain("org.kiln.rehearsal.Script ", "org.kiln.rehearsal.internal.HiddenRoute ");
      assertThat(data.resolve("store-scratch")).doesNotExist();
      write();

      long before = played();
      assertThat(admin.tell(NAME, "start").status()).isEqualTo(200);
      awaitMore(before);
      assertThat(admin.tell(NAME, "stop").status()).isEqualTo(200);
      assertThat(node.stop()).isZero();
    }
    try (NodeProcess without = NodeProcess.start(DISTRIBUTION, data, "--set", LONG)) {
      node = without;
      write();
      assertThat(text("/metrics"))
          .contains("kiln_log_events 2\n")
          .doesNotContain("/rehearsal/{secret}");
      assertThat(node.stop()).isZero();
      assertThat(node.complaints()).isEmpty();
    }
  }

  @Test
  void shouldBeUpgradedInTheMiddleAndSeeTheFaceUpgraded() throws Exception {
    Path home = DISTRIBUTION.command().getParent().getParent();
    try (NodeProcess playing = NodeProcess.start(DISTRIBUTION, data, "--set", LONG);
        Admin admin = new Admin(playing)) {
      node = playing;
      for (String bundle : new String[] {NAME, FACE, NAME}) {
        awaitMore(played());
        String artifact = bundle.replaceFirst("^org[.]", "").replace('.', '-');
        Path jar = PluginJar.shipped(home, artifact);
        Admin.Answer answer =
            admin.upgrade(bundle, PluginJar.reversioned(jar, "0.1.0.live" + played()));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        write();
      }
      awaitMore(played());
      assertThat(node.stop()).isZero();
      assertThat(node.complaints()).isEmpty();
    }
    assertThat(data.resolve("store-scratch")).doesNotExist();
  }

  @Test
  void shouldRehearseOverTls() throws Exception {
    PemPair pair = PemPair.make(data);
    try (NodeProcess tls = NodeProcess.startTls(DISTRIBUTION, data, pair, "--set", LONG);
        HttpClient http = HttpClient.newBuilder().sslContext(pair.trusting()).build()) {
      HttpRequest metrics = HttpRequest.newBuilder(tls.url().resolve("/metrics")).build();
      Await.until(
          "the rehearsal plays",
          () -> PLAYED.matcher(http.send(metrics, BodyHandlers.ofString()).body()).find());
      assertThat(tls.stop()).isZero();
      assertThat(tls.complaints()).isEmpty();
    }
  }

  private void write() throws IOException, InterruptedException {
    try (V0Client client = new V0Client(node.url())) {
      SignedEvent tile = author.tile(Ipld.map("n", Ipld.of(serial)), "rehearsal " + serial++);
      assertThat(client.create(0, tile).ok()).isTrue();
    }
  }

  private void awaitMore(long played) throws Exception {
    Await.until("the rehearsal plays", () -> played() > played);
  }

  /** Requests of rehearsals since the node's start. */
  private long played() throws IOException, InterruptedException {
    var found = PLAYED.matcher(text("/metrics"));
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  private String text(String path) throws IOException, InterruptedException {
    try (V0Client client = new V0Client(node.url())) {
      return client.get(path).text();
    }
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(node.pid()),
                command)
            .redirectErrorStream(true)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes());
    assertThat(jcmd.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
