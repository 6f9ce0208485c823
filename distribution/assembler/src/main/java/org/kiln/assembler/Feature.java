package org.kiln.assembler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A feature file in the shape of the OSGi Feature Service (Compendium, chapter 159), with three
 * extensions of ours: {@code framework-properties}; {@code launcher}, the artifacts of the
 * launcher's class path; {@code inspect}, what {@code kiln inspect} needs besides the bundles. A
 * bundle may name a setting, {@code wanted-by}: it is installed when that has a value.
 *
 * @param name the artifact of the feature's id
 * @param version the version of the feature's id
 * @param bundles in the order of installation
 * @param launcher artifacts for {@code lib/}
 * @param inspect artifacts for {@code lib/inspect/}
 * @param configurations PID to properties, with placeholders
 * @param frameworkProperties with placeholders
 */
record Feature(
    String name,
    String version,
    List<Bundle> bundles,
    List<Artifact> launcher,
    List<Artifact> inspect,
    ObjectNode configurations,
    Map<String, String> frameworkProperties) {

  /**
   * One bundle.
   *
   * @param artifact what it is
   * @param startOrder its start level
   * @param wantedBy the setting that wants it; empty when it always is
   */
  record Bundle(Artifact artifact, int startOrder, String wantedBy) {}

  /** Maven coordinates, {@code group:artifact:version}. */
  record Artifact(String group, String artifact, String version) {
    static Artifact parse(String id) throws IOException {
      String[] parts = id.split(":");
      if (parts.length != 3 || id.contains("@")) {
        throw new IOException("Not group:artifact:version with a version from the root pom: " + id);
      }
      return new Artifact(parts[0], parts[1], parts[2]);
    }

    /** The name the copy in the folder of jars has. */
    String fileWithGroup() {
      return group + "." + file();
    }

    String file() {
      return artifact + "-" + version + ".jar";
    }
  }

  static Feature read(Path file) throws IOException {
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    Artifact id = Artifact.parse(json.path("id").asText());
    List<Bundle> bundles = new ArrayList<>();
    for (JsonNode bundle : json.path("bundles")) {
      Artifact artifact = Artifact.parse(bundle.path("id").asText());
      int startOrder = bundle.path("start-order").asInt(-1);
      if (startOrder < 1) {
        throw new IOException(artifact + " has no start-order");
      }
      bundles.add(new Bundle(artifact, startOrder, bundle.path("wanted-by").asText()));
    }
    Map<String, String> properties = new TreeMap<>();
    json.path("extensions")
        .path("framework-properties")
        .path("json")
        .properties()
        .forEach(property -> properties.put(property.getKey(), property.getValue().asText()));
    if (!(json.get("configurations") instanceof ObjectNode configurations)) {
      throw new IOException(file + " has no configurations");
    }
    return new Feature(
        id.artifact(),
        id.version(),
        List.copyOf(bundles),
        artifacts(json, "launcher"),
        artifacts(json, "inspect"),
        configurations,
        properties);
  }

  private static List<Artifact> artifacts(JsonNode json, String extension) throws IOException {
    List<Artifact> artifacts = new ArrayList<>();
    for (JsonNode artifact : json.path("extensions").path(extension).path("artifacts")) {
      artifacts.add(Artifact.parse(artifact.path("id").asText()));
    }
    return List.copyOf(artifacts);
  }
}
