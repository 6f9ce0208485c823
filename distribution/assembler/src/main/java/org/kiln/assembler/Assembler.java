package org.kiln.assembler;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.kiln.launcher.Help;
import org.kiln.launcher.LockList;
import org.kiln.launcher.Template;

/**
 * Lays a node's directory out: {@code bin/}, {@code lib/} with the launcher, the lock list and the
 * configuration templates, {@code bundles/}, {@code conf/kiln.properties}. What is wrong with a
 * feature (a missing jar, a jar that is no bundle, a placeholder without a setting) fails the
 * build, not the node.
 */
public final class Assembler {
  private final Path jars;
  private final Path target;

  private Assembler(Path jars, Path target) {
    this.jars = jars;
    this.target = target;
  }

  /** Arguments: feature file, folder of jars, folder of fixed files, repository root, target. */
  public static void main(String[] args) throws IOException {
    if (args.length != 5) {
      throw new IllegalArgumentException("usage: feature jars files root target");
    }
    Path target = Path.of(args[4]);
    deleteTree(target);
    Assembler assembler = new Assembler(Path.of(args[1]), target);
    assembler.assemble(Feature.read(Path.of(args[0])));
    assembler.copyFixed(Path.of(args[2]), Path.of(args[3]));
  }

  void assemble(Feature feature) throws IOException {
    Files.createDirectories(target.resolve("bundles"));
    Files.createDirectories(target.resolve("conf"));
    Path lib = Files.createDirectories(target.resolve("lib"));
    for (Feature.Artifact artifact : feature.launcher()) {
      copy(artifact, lib);
    }
    Path inspect = Files.createDirectories(lib.resolve("inspect"));
    for (Feature.Artifact artifact : feature.inspect()) {
      copy(artifact, inspect);
    }
    Files.writeString(lib.resolve("bundles.lock"), lockList(feature).text());
    Files.writeString(lib.resolve("configuration.json"), configuration(feature));
    Files.writeString(lib.resolve("framework.properties"), frameworkProperties(feature));
    Files.writeString(target.resolve("conf").resolve("kiln.properties"), Help.propertiesFile());
  }

  private LockList lockList(Feature feature) throws IOException {
    List<LockList.Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Feature.Bundle bundle : feature.bundles()) {
      Path file = copy(bundle.artifact(), target.resolve("bundles"));
      String name = symbolicName(file);
      if (!names.add(name)) {
        throw new IOException("Two bundles are called " + name);
      }
      if (!bundle.wantedBy().isEmpty()) {
        refuseUnknownPlaceholder("${" + bundle.wantedBy() + "}");
      }
      entries.add(
          new LockList.Entry(
              "node:" + name,
              file.getFileName().toString(),
              sha256(file),
              bundle.startOrder(),
              bundle.wantedBy()));
    }
    return new LockList(entries);
  }

  private static String configuration(Feature feature) throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode json = mapper.createObjectNode();
    // Felix Configurator ignores an initial file without these two, and says nothing.
    json.put(":configurator:resource-version", 1);
    json.put(":configurator:symbolic-name", feature.name());
    json.put(":configurator:version", feature.version().replace("-SNAPSHOT", ""));
    json.setAll(feature.configurations());
    String text = mapper.writeValueAsString(json);
    refuseUnknownPlaceholder(text);
    return text + "\n";
  }

  private static String frameworkProperties(Feature feature) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> property : feature.frameworkProperties().entrySet()) {
      text.append(property.getKey()).append('=').append(property.getValue()).append('\n');
    }
    refuseUnknownPlaceholder(text.toString());
    return text.toString();
  }

  private static void refuseUnknownPlaceholder(String text) throws IOException {
    String unknown = Template.unknownPlaceholder(text).orElse(null);
    if (unknown != null) {
      throw new IOException("The feature uses ${" + unknown + "}, which is no setting");
    }
  }

  private Path copy(Feature.Artifact artifact, Path directory) throws IOException {
    Path source = jars.resolve(artifact.fileWithGroup());
    if (!Files.exists(source)) {
      throw new IOException(
          artifact + " is in the feature and not among the dependencies of distribution/pom.xml");
    }
    return Files.copy(
        source, directory.resolve(artifact.file()), StandardCopyOption.REPLACE_EXISTING);
  }

  private void copyFixed(Path files, Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(files)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(files.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        if (copy.getParent().endsWith("bin")) {
          Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
      }
    }
    Files.copy(root.resolve("LICENSE"), target.resolve("LICENSE"));
    Files.copy(root.resolve("distribution").resolve("README.md"), target.resolve("README.md"));
  }

  private static String symbolicName(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String name =
          manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
      if (name == null) {
        throw new IOException(jar.getFileName() + " is no bundle");
      }
      return name.split(";")[0].strip();
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> tree = Files.walk(directory)) {
        for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
