package org.kiln.itests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/**
 * The archetype makes a plugin of each kind; each is built, with the contract's tests, and
 * installed into a running node. Maven is the one that runs this build; what it needs of this
 * checkout it gets in a repository made for it, of which all but our own artifacts are links.
 */
class ArchetypeIT {
  private static final List<String> KINDS =
      List.of("type", "did", "store", "chain", "route", "reader");
  private static final String VERSION = System.getProperty("kiln.version");

  @TempDir private Path directory;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldMakePluginsThatRun() throws Exception {
    Path repository = repository();
    Path work = Files.createDirectory(directory.resolve("work"));
    StringBuilder modules = new StringBuilder();
    for (String kind : KINDS) {
      maven(
          repository,
          work,
          "org.apache.maven.plugins:maven-archetype-plugin:3.3.1:generate",
          "-DarchetypeGroupId=org.kiln",
          "-DarchetypeArtifactId=kiln-plugin-archetype",
          "-DarchetypeVersion=" + VERSION,
          "-DgroupId=com.example",
          "-DartifactId=my-" + kind,
          "-Dversion=1.0.0",
          "-Dpackage=com.example." + kind,
          "-Dkind=" + kind,
          "-Dkey=hello",
          "-DclassName=Hello");
      modules.append("<module>my-").append(kind).append("</module>");
    }
    packIn(work.resolve("my-route"));
    Files.writeString(
        work.resolve("pom.xml"),
        "<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId>"
            + "<version>1</version><packaging>pom</packaging><modules>"
            + modules
            + "</modules></project>");
    maven(repository, work, "package");

    Distribution distribution = Distribution.find();
    try (NodeProcess node = NodeProcess.start(distribution, directory.resolve("node"));
        V0Client client = new V0Client(node.url())) {
      for (String kind : KINDS) {
        Path jar = work.resolve("my-" + kind).resolve("target/my-" + kind + "-1.0.0.jar");
        assertThat(Checkout.install(distribution, node, jar))
            .contains("com.example.my-" + kind + " 1.0.0 runs");
      }
      assertThat(client.get("/hello/ann").text()).isEqualTo("Hello ann\n");
      assertThat(entries(work.resolve("my-route/target/my-route-1.0.0.jar")))
          .contains("org/opentest4j/AssertionFailedError.class");
      assertThat(entries(work.resolve("my-type/target/my-type-1.0.0.jar")))
          .contains("org/kiln/kit/stream/Controllers.class")
          .noneMatch(name -> name.startsWith("com/fasterxml"));
    }
  }

  /** As its README says of libraries that the node does not have. */
  private static void packIn(Path plugin) throws IOException {
    Path pom = plugin.resolve("pom.xml");
    Files.writeString(
        pom,
        Files.readString(pom)
            .replace(
                "<dependencies>",
                "<dependencies><dependency><groupId>org.opentest4j</groupId>"
                    + "<artifactId>opentest4j</artifactId><version>1.3.0</version></dependency>"));
    assertThat(plugin.resolve("README.md")).content().contains("-conditionalpackage:", "bnd.bnd");
    Files.writeString(
        plugin.resolve("bnd.bnd"),
        "\n-conditionalpackage: org.opentest4j.*\n",
        StandardOpenOption.APPEND);
    Files.writeString(
        plugin.resolve("src/main/java/com/example/route/Uses.java"),
        """
        package com.example.route;

        final class Uses {
          static final Class<?> LIBRARY = org.opentest4j.AssertionFailedError.class;
        }
        """);
  }

  private static List<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(JarEntry::getName).toList();
    }
  }

  /** Runs Maven without the network, or with it when something is not here yet. */
  private void maven(Path repository, Path folder, String... arguments) throws Exception {
    if (run(repository, folder, true, arguments) != 0) {
      assertThat(run(repository, folder, false, arguments))
          .as(() -> "mvn " + List.of(arguments) + ":\n" + output())
          .isZero();
    }
  }

  private int run(Path repository, Path folder, boolean offline, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("maven.home")).resolve("bin/mvn").toString());
    line.addAll(List.of("-B", "-Dmaven.repo.local=" + repository, "-Dstyle.color=never"));
    if (offline) {
      line.add("-o");
    }
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("maven.out").toFile());
    // What Maven runs on, which may be older than what the plugin is built with.
    builder.environment().put("JAVA_HOME", System.getProperty("maven.java.home"));
    // Those of the build that runs this test are not meant for its child.
    builder.environment().remove("MAVEN_CMD_LINE_ARGS");
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      throw new IllegalStateException("Maven did not end: " + output());
    }
    return process.exitValue();
  }

  private String output() {
    try {
      return Files.readString(directory.resolve("maven.out"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The user's repository in all but our own group. */
  private Path repository() throws IOException {
    Path theirs = Path.of(System.getProperty("maven.repository"));
    // Not in the temporary directory: nobody is to clean up what links lead to.
    Path ours = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "repository");
    links(theirs, ours, "org");
    links(theirs.resolve("org"), Files.createDirectory(ours.resolve("org")), "kiln");
    Path root = Checkout.root();
    deploy(ours, "kiln", root.resolve("pom.xml"), null);
    for (String module : List.of("api", "testkit", "kit", "archetype")) {
      Path folder = root.resolve("plugins-api").resolve(module);
      Path jar = Checkout.jar("plugins-api/" + module);
      String artifact = jar.getFileName().toString().replace("-" + VERSION + ".jar", "");
      deploy(ours, artifact, folder.resolve("pom.xml"), jar);
    }
    return ours;
  }

  private static void links(Path from, Path to, String except) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        if (!entry.getFileName().toString().equals(except)) {
          Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
        }
      }
    }
  }

  private static void deploy(Path repository, String artifact, Path pom, Path jar)
      throws IOException {
    Path place =
        Files.createDirectories(repository.resolve("org/kiln").resolve(artifact).resolve(VERSION));
    Files.copy(pom, place.resolve(artifact + "-" + VERSION + ".pom"));
    if (jar != null) {
      Files.copy(jar, place.resolve(artifact + "-" + VERSION + ".jar"));
    }
  }
}
