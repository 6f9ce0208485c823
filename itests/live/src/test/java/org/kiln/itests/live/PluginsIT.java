package org.kiln.itests.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/** What a plugin's life is like, and what becomes of jars that are none. */
class PluginsIT {
  private static final String NAME = "live.plugin";

  @TempDir static Path data;

  private static final Distribution DISTRIBUTION = Distribution.find();
  private static Path home;
  private static NodeProcess node;
  private static Admin admin;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    home = DISTRIBUTION.command().getParent().getParent();
    open();
  }

  private static void open() throws IOException, InterruptedException {
    node =
        NodeProcess.start(
            DISTRIBUTION,
            data,
            "--set",
            "http.rehearsal-seconds=0",
            "--set",
            "plugins.drop-in=drop-in",
            "--set",
            "plugins.patience-ms=5000");
    admin = new Admin(node);
  }

  @AfterAll
  static void stop() {
    admin.close();
    node.close();
  }

  /** Each test begins with a node that runs and has none of our plugins. */
  @AfterEach
  void clean() throws Exception {
    if (!node.alive()) {
      stop();
      open();
    }
    Await.until(
        "nothing is under way",
        () -> admin.get("/admin/plugins").body().path("operation").isNull());
    admin.send("DELETE", "/admin/plugins/" + NAME + "?confirm=true", new byte[0]);
  }

  private static PluginJar jar(String version) {
    return new PluginJar(NAME, version);
  }

  private static String text(String path) throws IOException, InterruptedException {
    try (V0Client client = new V0Client(node.url())) {
      V0Client.Answer answer = client.get(path);
      return answer.status() == 200 ? answer.text() : Integer.toString(answer.status());
    }
  }

  private static void refuse(byte[] jar, String... words) throws Exception {
    Admin.Answer answer = admin.install(jar);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(422);
    assertThat(answer.body().path("code").asText()).isEqualTo("plugin-refused");
    assertThat(answer.error()).contains(words);
    assertThat(admin.get("/admin/plugins/" + NAME).status()).isEqualTo(404);
  }

  private static void contain(byte[] jar, String... words) throws Exception {
    Admin.Answer answer = admin.install(jar);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(409);
    assertThat(answer.body().path("code").asText()).isEqualTo("plugin-failed");
    assertThat(answer.error()).contains(words);
    assertThat(admin.get("/admin/plugins/" + NAME).status()).isEqualTo(404);
  }

  @Test
  void shouldLiveALifeAndKeepItOverARestart() throws Exception {
    assertThat(admin.install(one()).status()).isEqualTo(201);
    assertThat(text("/live/plugin")).isEqualTo("one");
    assertThat(admin.install(one()).status()).isEqualTo(409);

    Admin.Answer upgraded = admin.upgrade(NAME, two());
    assertThat(upgraded.message()).contains("from 1.0.0 to 2.0.0");
    assertThat(text("/live/plugin")).isEqualTo("two");

    assertThat(admin.tell(NAME, "rollback").message()).contains("from 2.0.0 to 1.0.0");
    assertThat(text("/live/plugin")).isEqualTo("one");
    assertThat(admin.tell(NAME, "rollback").message()).contains("from 1.0.0 to 2.0.0");

    JsonNode described = admin.plugin(NAME);
    assertThat(described.path("state").asText()).isEqualTo("running");
    assertThat(described.path("origin").asText()).isEqualTo("installed");
    assertThat(described.path("serves").toString()).contains("GET /live/plugin", "901");
    assertThat(described.path("canRollBackTo")).hasSize(1);

    restart();
    Await.until("the plugin is back", () -> text("/live/plugin").equals("two"));

    assertThat(admin.tell(NAME, "stop").status()).isEqualTo(200);
    restart();
    assertThat(admin.plugin(NAME).path("state").asText()).isEqualTo("stopped");
    assertThat(text("/live/plugin")).isEqualTo("404");
    assertThat(admin.tell(NAME, "start").status()).isEqualTo(200);
    assertThat(text("/live/plugin")).isEqualTo("two");
    assertThat(admin.uninstall(NAME).status()).isEqualTo(200);
    JsonNode history = admin.get("/admin/plugins/history").body().path("history");
    assertThat(history.get(0).path("operation").asText()).isEqualTo("uninstall");
    assertThat(history.get(0).path("who").asText()).isEqualTo("operator.token");
  }

  private static byte[] one() {
    return jar("1.0.0")
        .activator("route(context, \"/live/plugin\", \"one\"); type(context, 901, 0);", "")
        .bytes();
  }

  private static byte[] two() {
    return jar("2.0.0")
        .activator("route(context, \"/live/plugin\", \"two\"); type(context, 901, 0);", "")
        .bytes();
  }

  private static void restart() throws Exception {
    assertThat(node.stop()).as(node.output() + node.complaints()).isZero();
    stop();
    open();
  }

  @Test
  void shouldBringAPluginBackAfterTheNodeWasKilled() throws Exception {
    assertThat(admin.install(one()).status()).isEqualTo(201);
    node.kill();
    stop();
    open();
    Await.until("the plugin is back", () -> text("/live/plugin").equals("one"));
  }

  @Test
  void shouldRollBackAnUpgradeThatIsNotWell() throws Exception {
    assertThat(admin.install(one()).status()).isEqualTo(201);
    byte[] throwing =
        jar("2.0.0").activator("throw new IllegalStateException(\"no key file\");", "").bytes();
    Admin.Answer answer = admin.upgrade(NAME, throwing);
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body().path("code").asText()).isEqualTo("rolled-back");
    assertThat(answer.error()).contains("no key file", "Version 1.0.0 is back and well");
    assertThat(text("/live/plugin")).isEqualTo("one");

    byte[] forgetful = jar("2.0.0").activator("type(context, 901, 0);", "").bytes();
    assertThat(admin.upgrade(NAME, forgetful).error())
        .contains("does not serve the route GET /live/plugin any more", "is back and well");

    byte[] ill =
        jar("2.0.0")
            .activator(
                "route(context, \"/live/plugin\", \"two\"); type(context, 901, 0);"
                    + "context.registerService(PluginHealth.class, d -> new PluginHealth.Health("
                    + "PluginHealth.Level.DOWN, \"the disk is gone\"), null);",
                "")
            .bytes();
    assertThat(admin.upgrade(NAME, ill).error()).contains("the disk is gone", "is back and well");
    assertThat(text("/live/plugin")).isEqualTo("one");
  }

  @Test
  void shouldSayBeforehandWhatAnUpgradeWillSay() throws Exception {
    byte[] one = one();
    assertThat(admin.install(one).status()).isEqualTo(201);
    assertThat(admin.check(one).body().path("problems").toString())
        .contains(admin.upgrade(NAME, one).error(), "This very jar");

    byte[] forgetful = jar("2.0.0").activator("type(context, 901, 0);", "").bytes();
    JsonNode said = admin.check(forgetful).body();
    assertThat(said.path("problems")).isEmpty();
    assertThat(said.path("notes").toString())
        .contains("Whether it still serves the route GET /live/plugin shows when it runs");
  }

  @Test
  void shouldLetARouteGoThatIsMeantTo() throws Exception {
    assertThat(admin.install(one()).status()).isEqualTo(201);
    byte[] moved =
        jar("2.0.0")
            .activator("route(context, \"/live/moved\", \"here\"); type(context, 901, 0);", "")
            .bytes();
    assertThat(admin.upgrade(NAME, moved).error()).contains("--drop", "is back and well");

    Admin.Answer answer =
        admin.send("POST", "/admin/plugins/" + NAME + "/upgrade?drop=true", moved);

    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    assertThat(answer.body().path("warnings").toString())
        .contains("does not serve the route GET /live/plugin any more");
    assertThat(text("/live/moved")).isEqualTo("here");
    assertThat(admin.tell(NAME, "rollback").status()).isEqualTo(200);
    assertThat(text("/live/plugin")).isEqualTo("one");
  }

  @Test
  void shouldAskBeforeStreamsLoseTheirType() throws Exception {
    assertThat(admin.install(jar("1.0.0").activator("type(context, 902, 0);", "").bytes()).status())
        .isEqualTo(201);
    try (V0Client client = new V0Client(node.url())) {
      V0Client.Answer made =
          client.create(902, new Author(new byte[32]).tile(Ipld.map("a", Ipld.of(1)), "asked"));
      assertThat(made.status()).as(made.text()).isEqualTo(200);
    }

    // At once: states are written behind, and the numbers in lists are up to half a minute old.
    Admin.Answer asked = admin.uninstall(NAME);

    assertThat(asked.status()).as(asked.body().toString()).isEqualTo(409);
    assertThat(asked.body().path("code").asText()).isEqualTo("has-streams");
    assertThat(asked.body().path("streams").asText()).isEqualTo("1");
    assertThat(asked.error()).contains("1 stream depends on stream type 902");
    Distribution.Answer said =
        DISTRIBUTION.run("plugin", "uninstall", NAME, "--data", node.data().toString());
    assertThat(said.exitCode()).as(said.output()).isEqualTo(1);
    assertThat(said.output()).contains("1 stream depends", "--yes");
    assertThat(admin.plugin(NAME).path("state").asText()).isEqualTo("running");
    assertThat(admin.plugin(NAME).path("streams").asInt()).isEqualTo(1);
    Distribution.Answer gone =
        DISTRIBUTION.run("plugin", "uninstall", NAME, "--yes", "--data", node.data().toString());
    assertThat(gone.output()).contains(NAME + " is gone.");
  }

  @Test
  void shouldRollBackAShippedBundle() throws Exception {
    Path tile = PluginJar.shipped(home, "kiln-type-tile");
    assertThat(admin.upgrade("org.kiln.type.tile", PluginJar.reversioned(tile, "0.9.0")).status())
        .isEqualTo(200);
    assertThat(admin.plugin("org.kiln.type.tile").path("replaced").asBoolean()).isTrue();
    restart();
    assertThat(admin.plugin("org.kiln.type.tile").path("version").asText()).isEqualTo("0.9.0");
    assertThat(admin.tell("org.kiln.type.tile", "rollback").status()).isEqualTo(200);
    assertThat(admin.plugin("org.kiln.type.tile").path("replaced").asBoolean()).isFalse();
  }

  @Test
  void rejectsGarbage() throws Exception {
    refuse("no jar at all".getBytes(StandardCharsets.UTF_8), "no jar");
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("a.txt"));
      out.closeEntry();
    }
    refuse(zip.toByteArray(), "no manifest");
    refuse(jar("1.0").header("Bundle-SymbolicName", null).bytes(), "Bundle-SymbolicName");
    refuse(jar("one").bytes(), "no version: one");
    assertThat(admin.install(new byte[0]).status()).isEqualTo(400);
  }

  @Test
  void rejectsWhatTakesTheNodesPlace() throws Exception {
    refuse(jar("1.0").header("Export-Package", "org.kiln.api.stream").bytes(), "exports org.kiln");
    refuse(jar("1.0").header("Fragment-Host", "org.kiln.core").bytes(), "fragment");
    refuse(jar("1.0").header("DynamicImport-Package", "*").bytes(), "DynamicImport-Package");
    refuse(jar("1.0").entry("org/kiln/api/stream/StreamType.class", new byte[1]).bytes(), "copy");
    refuse(
        jar("1.0").header("Import-Package", PluginJar.API + ",org.kiln.core.log").bytes(),
        "org.kiln.core.log",
        "org.kiln.api only");
    refuse(jar("1.0").header("Import-Package", "org.osgi.framework").bytes(), "serve nothing here");
  }

  @Test
  void rejectsWhatNeedsSomethingElse() throws Exception {
    refuse(
        jar("1.0").header("Import-Package", "org.kiln.api.stream;version=\"[9.0,10)\"").bytes(),
        "org.kiln.api.stream 9.0.0",
        "this node offers 0.9.",
        "upgrade the node");
    refuse(
        jar("1.0").header("Import-Package", PluginJar.API + ",com.example.library").bytes(),
        "needs the package com.example.library");
    refuse(
        jar("1.0").header("Import-Package", "org.kiln.api.stream").bytes(),
        "org.kiln.api.stream without a version",
        "Let bnd write the version");
    refuse(
        jar("1.0")
            .header("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\"")
            .bytes(),
        "needs Java 99");
  }

  @Test
  void rejectsWhatShadowsABuiltInKey() throws Exception {
    contain(
        jar("1.0").activator("type(context, 0, 1000000);", "").bytes(),
        "stream type 0, which org.kiln.type.tile serves already");
    contain(
        jar("1.0").activator("route(context, \"/api/v0/node/healthcheck\", \"mine\");", "").bytes(),
        "/api/v0 are the node's own");
    contain(
        jar("1.0").activator("route(context, \"/metrics\", \"mine\");", "").bytes(),
        "the route GET /metrics, which org.kiln.health serves already");
    assertThat(text("/api/v0/node/healthcheck")).isEqualTo("Alive!");
  }

  @Test
  void shouldContainActivatorsThatThrowHangOrDoNothing() throws Exception {
    contain(
        jar("1.0").activator("throw new Exception(\"wrong side out\");", "").bytes(),
        "wrong side out");
    contain(jar("1.0").activator("", "").bytes(), "registers no service the node knows");
    contain(
        jar("1.0").activator("Thread.sleep(1_000_000);", "").bytes(),
        "did not start within 5 s",
        "interrupted");
    assertThat(text("/api/v0/node/healthcheck")).isEqualTo("Alive!");
  }

  @Test
  void shouldContainAComponentThatHangs() throws Exception {
    PluginJar hanging =
        jar("1.0")
            .activator("if (context == null) { type(context, 1, 1); }", "")
            .header("Bundle-Activator", null)
            .header(
                "Require-Capability",
                "osgi.extender;filter:=\"(&(osgi.extender=osgi.component)(version>=1.5.0))\"")
            .header("Service-Component", "OSGI-INF/hanging.xml");
    hanging.component("Hanging", "org.kiln.api.stream.StreamType", "stream.type", "905");
    contain(hanging.bytes(), "did not start within 5 s");
    assertThat(text("/api/v0/node/healthcheck")).isEqualTo("Alive!");
    // Other stream types can still be swapped.
    assertThat(admin.tell("org.kiln.type.model", "stop").status()).isEqualTo(200);
    assertThat(admin.tell("org.kiln.type.model", "start").status()).isEqualTo(200);
  }

  @Test
  void shouldLiveWithCodeThatNeverComesBackUntilTheNextStart() throws Exception {
    byte[] deaf =
        new PluginJar("live.deaf", "1.0")
            .activator(
                "while (true) { try { Thread.sleep(1000); } catch (InterruptedException e) {"
                    + " Thread.onSpinWait(); } }",
                "/* never */")
            .bytes();
    Admin.Answer answer = admin.install(deaf);
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.error()).contains("cannot be interrupted", "until the node is restarted");
    assertThat(admin.plugin("live.deaf").path("problem").asText()).contains("restart the node");
    assertThat(admin.tell("live.deaf", "start").error()).contains("Restart the node");
    assertThat(admin.uninstall("live.deaf").body().path("warnings").toString())
        .contains("goes when the node starts next");
    assertThat(admin.install(one()).status()).as("others are not stopped by it").isEqualTo(201);
    assertThat(admin.uninstall(NAME).status()).isEqualTo(200);
    node.kill();
    stop();
    open();
    assertThat(admin.get("/admin/plugins/live.deaf").status()).isEqualTo(404);
  }

  @Test
  void rejectsASecondOperationMeanwhile() throws Exception {
    byte[] slow =
        jar("1.0")
            .activator("Thread.sleep(3_000); route(context, \"/live/plugin\", \"slow\");", "")
            .bytes();
    var first =
        java.util.concurrent.CompletableFuture.supplyAsync(
            () -> {
              try {
                return admin.install(slow).status();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Await.until(
        "the first is under way",
        () -> admin.get("/admin/plugins").body().path("operation").asText().contains(NAME));
    Admin.Answer second = admin.tell("org.kiln.type.tile", "stop");
    assertThat(second.body().path("code").asText()).isEqualTo("busy");
    assertThat(second.error()).contains("install of " + NAME);
    assertThat(first.get(60, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(201);
    assertThat(admin.uninstall(NAME).status()).isEqualTo(200);
  }

  @Test
  void shouldTellOfThreadsLeftBehind() throws Exception {
    byte[] leaking =
        jar("1.0")
            .activator(
                "route(context, \"/live/leak\", \"x\");Thread t = new Thread(\"left-behind\") {"
                    + " public void run() { try { sleep(20_000); } catch (InterruptedException e) {"
                    + " return; } } };t.setDaemon(true);"
                    + " t.setContextClassLoader(Activator.class.getClassLoader());t.start();",
                "")
            .bytes();
    assertThat(admin.install(leaking).status()).isEqualTo(201);
    Admin.Answer gone = admin.uninstall(NAME);
    assertThat(gone.body().path("warnings").toString()).contains("left-behind");
  }

  @Test
  void shouldResolveDependenciesBetweenPluginsOrSayWhatIsMissing() throws Exception {
    byte[] user =
        new PluginJar("live.user", "1.0")
            .header("Import-Package", PluginJar.API + ",org.osgi.framework,live_base")
            .activator("route(context, \"/live/user\", \"user\");", "")
            .bytes();
    Admin.Answer missing = admin.install(user);
    assertThat(missing.error()).contains("needs the package live_base", "Install the plugin");
    byte[] base =
        new PluginJar("live.base", "1.0")
            .header("Export-Package", "live_base;version=\"1.0\"")
            .activator("route(context, \"/live/base\", \"base\");", "")
            .bytes();
    try {
      assertThat(admin.install(base).status()).isEqualTo(201);
      assertThat(admin.install(user).status()).isEqualTo(201);
      assertThat(admin.plugin("live.base").path("usedBy").toString()).contains("live.user");
      assertThat(admin.uninstall("live.base").error()).contains("used by live.user", "first");
    } finally {
      admin.uninstall("live.user");
      assertThat(admin.uninstall("live.base").status()).isEqualTo(200);
    }
  }

  @Test
  void rejectsChangesOfTheCore() throws Exception {
    for (String core : new String[] {"org.kiln.core", "org.kiln.http", "org.apache.felix.scr"}) {
      assertThat(admin.tell(core, "stop").error()).contains("with a restart");
    }
    assertThat(admin.tell("org.kiln.store.xodus", "stop").error()).contains("stop the node");
    assertThat(admin.uninstall("org.kiln.type.tile").error()).contains("Stop it instead");
    assertThat(admin.tell("nobody", "stop").status()).isEqualTo(404);
  }

  @Test
  void rejectsAJarThatWasChangedOnItsWay() throws Exception {
    Admin.Answer answer = admin.send("POST", "/admin/plugins?sha256=" + "0".repeat(64), one());
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.error()).contains("has the SHA-256", "fetch it again");
  }

  @Test
  void shouldCheckAJarWithoutTouchingAnything() throws Exception {
    JsonNode good = admin.send("POST", "/admin/plugins/check", one()).body();
    assertThat(good.path("name").asText()).isEqualTo(NAME);
    assertThat(good.path("problems")).isEmpty();
    JsonNode bad =
        admin
            .send("POST", "/admin/plugins/check", jar("1").header("Fragment-Host", "a").bytes())
            .body();
    assertThat(bad.path("problems")).hasSize(1);
    assertThat(admin.get("/admin/plugins/" + NAME).status()).isEqualTo(404);
  }

  @Test
  void shouldFollowTheDropInFolder() throws Exception {
    Path folder = data.resolve("drop-in");
    Path jar = folder.resolve("dropped.jar");
    byte[] dropped =
        new PluginJar("live.dropped", "1.0")
            .activator("route(context, \"/live/dropped\", \"dropped\");", "")
            .bytes();
    Path unready = Files.write(data.resolve("dropped.part"), dropped);
    Files.move(unready, jar, StandardCopyOption.ATOMIC_MOVE);
    Await.until("it is installed", () -> text("/live/dropped").equals("dropped"));
    assertThat(admin.plugin("live.dropped").path("origin").asText()).isEqualTo("drop-in");
    Files.delete(jar);
    Await.until("it is gone", () -> admin.get("/admin/plugins/live.dropped").status() == 404);
  }

  @Test
  void shouldServeTheCommandLine() throws Exception {
    Path jar = Files.write(data.resolve("cli.jar"), one());
    String[] flags = {"--data", data.toString()};
    try {
      Distribution.Answer installed =
          DISTRIBUTION.run("plugin", "install", jar.toString(), flags[0], flags[1]);
      assertThat(installed.exitCode()).as(installed.output()).isZero();
      assertThat(installed.output()).contains(NAME + " 1.0.0 runs");
      assertThat(DISTRIBUTION.run("plugin", "list", flags[0], flags[1]).output())
          .contains(NAME, "http-route GET /live/plugin", "org.kiln.type.tile");
      assertThat(DISTRIBUTION.run("plugin", "history", flags[0], flags[1]).output())
          .contains("install", NAME);
    } finally {
      Distribution.Answer gone = DISTRIBUTION.run("plugin", "uninstall", NAME, flags[0], flags[1]);
      assertThat(gone.output()).contains(NAME + " is gone");
    }
  }
}
