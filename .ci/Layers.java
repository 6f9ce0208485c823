import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Counts the test reports of each layer, prints them as a table, and ends with 1 when a test failed
 * or a layer ran none. Tests that passed at their second try only are named: each is a defect. Run from the checkout's root with {@code java .ci/Layers.java} (Java 17 will
 * do).
 */
public final class Layers {
  private static final class Count {
    int passed;
    int failed;
    int skipped;
  }

  private static final Pattern INTEGRATION = Pattern.compile("(?:^|/)itests/([^/]+)/");

  private final Map<String, Count> counts = new LinkedHashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final List<String> shaky = new ArrayList<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private final Set<String> contractTests = new TreeSet<>();

  private Layers() {
    for (String layer :
        List.of(
            "unit",
            "contract",
            "vectors",
            "fuzz",
            "architecture",
            "platform",
            "anchor",
            "clients",
            "console",
            "network",
            "crash",
            "hostile",
            "live",
            "samples",
            "bench")) {
      counts.put(layer, new Count());
    }
  }

  public static void main(String[] args) throws Exception {
    System.exit(new Layers().run(Path.of("")) ? 0 : 1);
  }

  private boolean run(Path root) throws Exception {
    for (Path source : find(root, "src/test/java/", ".java")) {
      if (Files.readString(source).matches("(?s).*\\bclass \\w+ extends \\w*Contract\\b.*")) {
        contractTests.add(source.getFileName().toString().replace(".java", ""));
      }
    }
    DocumentBuilder xml = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    for (String folder :
        List.of("target/surefire-reports/TEST-", "target/failsafe-reports/TEST-")) {
      for (Path report : find(root, folder, ".xml")) {
        NodeList cases = xml.parse(report.toFile()).getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
          count(report.toString().replace('\\', '/'), (Element) cases.item(i));
        }
      }
    }
    missing(root);
    return print();
  }

  private void count(String report, Element test) {
    String name = test.getAttribute("classname");
    Count count = counts.computeIfAbsent(layer(report, name), layer -> new Count());
    if (has(test, "failure") || has(test, "error")) {
      count.failed++;
      wrong.add(name + ": " + test.getAttribute("name"));
    } else if (has(test, "skipped")) {
      count.skipped++;
      skipped(((Element) test.getElementsByTagName("skipped").item(0)).getAttribute("message"));
    } else {
      count.passed++;
      if (has(test, "flakyFailure") || has(test, "flakyError")) {
        shaky.add(name + ": " + test.getAttribute("name"));
      }
    }
  }

  private void skipped(String reason) {
    reasons.merge(reason.isEmpty() ? "without a reason" : reason, 1, Integer::sum);
  }

  /** Here everything is installed that a test may need: what was missing is wrong. */
  private void missing(Path root) throws IOException {
    for (Path note : find(root, "target/failsafe-reports/missing-", ".txt")) {
      Files.readAllLines(note).forEach(line -> wrong.add("skipped: " + line));
    }
  }

  private String layer(String report, String className) {
    Matcher folder = INTEGRATION.matcher(report);
    if (folder.find()) {
      return folder.group(1);
    }
    String outer = className.substring(className.lastIndexOf('.') + 1).replaceAll("\\$.*", "");
    if (contractTests.contains(outer)) {
      return "contract";
    }
    if (outer.endsWith("FuzzTest")) {
      return "fuzz";
    }
    return outer.contains("Vectors") ? "vectors" : "unit";
  }

  private boolean print() {
    System.out.printf("%n%-14s%8s%8s%8s%n", "layer", "passed", "failed", "skipped");
    Count total = new Count();
    counts.forEach(
        (layer, count) -> {
          System.out.printf("%-14s%8d%8d%8d%n", layer, count.passed, count.failed, count.skipped);
          total.passed += count.passed;
          total.failed += count.failed;
          total.skipped += count.skipped;
          if (count.passed + count.failed == 0) {
            wrong.add("layer " + layer + ": no test ran");
          }
        });
    reasons.forEach((reason, times) -> System.out.println("SKIPPED " + times + ": " + reason));
    shaky.forEach(line -> System.out.println("SECOND TRY " + line));
    wrong.stream().limit(60).forEach(line -> System.out.println("FAILED " + line));
    System.out.printf(
        "%d passed, %d failed, %d skipped%n", total.passed, total.failed, total.skipped);
    return wrong.isEmpty();
  }

  private static boolean has(Element test, String child) {
    return test.getElementsByTagName(child).getLength() > 0;
  }

  private static List<Path> find(Path root, String part, String ending) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = String.valueOf(folder.getFileName());
            return name.equals("node_modules") || name.equals(".git")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String path = file.toString().replace('\\', '/');
            if (path.endsWith(ending) && path.contains(part)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
