package org.kiln.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The root pom names what is used, and nothing else: what it manages and nobody asks for rots. */
class PomsIT {
  private static final Path ROOT = Path.of("../.."); // from this module

  /** Every build runs these, without being told. */
  private static final Set<String> OF_EVERY_BUILD =
      Set.of("maven-install-plugin", "maven-deploy-plugin", "maven-clean-plugin");

  /** Plugins read these by their name. */
  private static final List<String> READ_BY_NAME = List.of("project.build.", "maven.");

  private final List<Document> poms = new ArrayList<>();
  private final Document root = read(ROOT.resolve("pom.xml"));

  PomsIT() throws Exception {
    readAll(ROOT);
  }

  private void readAll(Path folder) throws Exception {
    Document pom = read(folder.resolve("pom.xml"));
    poms.add(pom);
    for (Element module : elements(pom, "module")) {
      readAll(folder.resolve(module.getTextContent()));
    }
  }

  private static Document read(Path pom) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
  }

  private static List<Element> elements(Document pom, String tag) {
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < pom.getElementsByTagName(tag).getLength(); i++) {
      found.add((Element) pom.getElementsByTagName(tag).item(i));
    }
    return found;
  }

  /** Artifacts named by elements of the tag, in all poms, inside or outside the section. */
  private static Set<String> artifacts(
      List<Document> poms, String tag, String section, boolean inside) {
    Set<String> names = new TreeSet<>();
    for (Document pom : poms) {
      for (Element element : elements(pom, tag)) {
        if (isWithin(element, section) == inside) {
          names.add(child(element, "artifactId"));
        }
      }
    }
    return names;
  }

  private static boolean isWithin(Node node, String section) {
    return node != null
        && (node.getNodeName().equals(section) || isWithin(node.getParentNode(), section));
  }

  private static String child(Element element, String tag) {
    return element.getElementsByTagName(tag).item(0).getTextContent();
  }

  @Test
  void rejectsAManagedDependencyThatNobodyHas() {
    Set<String> managed = artifacts(List.of(root), "dependency", "dependencyManagement", true);
    assertThat(managed).hasSizeGreaterThan(50);
    managed.removeIf(name -> name.endsWith("-bom"));
    assertThat(artifacts(poms, "dependency", "dependencyManagement", false)).containsAll(managed);
  }

  @Test
  void rejectsAManagedPluginThatNobodyRuns() {
    Set<String> managed = artifacts(List.of(root), "plugin", "pluginManagement", true);
    assertThat(managed).hasSizeGreaterThan(5);
    managed.removeAll(OF_EVERY_BUILD);
    assertThat(artifacts(poms, "plugin", "pluginManagement", false)).containsAll(managed);
  }

  @Test
  void rejectsAPropertyThatNobodyReads() throws IOException {
    StringBuilder all = new StringBuilder();
    poms.forEach(pom -> all.append(pom.getDocumentElement().getTextContent()));
    try (Stream<Path> features = Files.list(ROOT.resolve("features"))) {
      for (Path feature : features.filter(file -> file.toString().endsWith(".json")).toList()) {
        all.append(Files.readString(feature));
      }
    }
    String text = all.toString();
    List<String> unread = new ArrayList<>();
    Node properties = root.getElementsByTagName("properties").item(0);
    for (Node node = properties.getFirstChild(); node != null; node = node.getNextSibling()) {
      String name = node.getNodeName();
      if (node instanceof Element
          && READ_BY_NAME.stream().noneMatch(name::startsWith)
          && !text.contains("{" + name + "}")
          && !text.contains("@" + name + "@")) {
        unread.add(name);
      }
    }
    assertThat(unread).isEmpty();
  }
}
