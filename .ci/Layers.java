import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
 * Counts the test reports of each layer, prints them as a table, and ends with 1 when a test
 * failed, was skipped without a reason, passed at its second try only and is not in quarantine, or
 * a layer ran none. {@code .ci/run} compiles and runs it from the checkout's root (Java 17 will
 * do).
 */
public final class Layers {
  private static final class Count {
    int passed;
    int failed;
    int skipped;
  }

  private static final List<String> LAYERS =
      List.of(
          "unit",
          "contract",
          "vectors",
          "fuzz",
          "architecture",
          "platform",
          "races",
          "anchor",
          "clients",
          "readme",
          "console",
          "network",
          "crash",
          "hostile",
          "live",
          "samples",
          "bench");

  /** What AssertJ says of an assumption that nobody described. */
  private static final Pattern UNDESCRIBED =
      Pattern.compile("assumption was not met due to: Expect.*");

  private static final Pattern INTEGRATION = Pattern.compile("(?:^|/)itests/([^/]+)/");

  private final Map<String, Count> counts = new LinkedHashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final Set<String> names = new TreeSet<>();
  private final Set<String> shaky = new TreeSet<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private final Set<String> contractTests = new TreeSet<>();

  private final Quarantine quarantine;
  private final PrintStream out;

  /** Layers of these names must each have run a test. */
  Layers(List<String> layers, Quarantine quarantine, PrintStream out) {
    this.quarantine = quarantine;
    this.out = out;
    layers.forEach(layer -> counts.put(layer, new Count()));
  }

  public static void main(String[] args) throws Exception {
    Quarantine quarantine =
        Quarantine.read(Path.of(".ci/quarantine"), LocalDate.now(ZoneOffset.UTC));
    System.exit(new Layers(LAYERS, quarantine, System.out).run(Path.of("")) ? 0 : 1);
  }

  /** Reads the reports below the folder; whether all is well. */
  boolean run(Path root) throws Exception {
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
    wrong.addAll(quarantine.judge(names, shaky));
    return print();
  }

  private void count(String report, Element test) {
    String className = test.getAttribute("classname");
    String name = className + ": " + test.getAttribute("name");
    Count count = counts.computeIfAbsent(layer(report, className), layer -> new Count());
    // Its quarantine knows a method by its name; what follows are the parameters of one invocation.
    names.add(Quarantine.name(className, test.getAttribute("name")));
    if (has(test, "failure") || has(test, "error")) {
      count.failed++;
      wrong.add(name);
    } else if (has(test, "skipped")) {
      count.skipped++;
      String reason = reason((Element) test.getElementsByTagName("skipped").item(0));
      if (reason.isEmpty()) {
        wrong.add("skipped without a reason: " + name);
      } else {
        reasons.merge(reason, 1, Integer::sum);
      }
    } else {
      count.passed++;
      if (has(test, "flakyFailure") || has(test, "flakyError")) {
        shaky.add(Quarantine.name(className, test.getAttribute("name")));
      }
    }
  }

  /** Conditions leave their reason in the message, assumptions in the text, above the stack. */
  private static String reason(Element skipped) {
    String message = skipped.getAttribute("message");
    if (message.isBlank()) {
      message = skipped.getTextContent().replaceAll("(?s)\\n\\s+at .*", "");
    }
    message =
        message
            .replaceFirst("^\\s*org\\.opentest4j\\.TestAbortedException(: )?", "")
            .replaceFirst("^Assumption failed: ", "")
            .replaceAll("\\s+", " ")
            .strip();
    boolean none =
        UNDESCRIBED.matcher(message).matches()
            || message.equals("assumption is not true")
            || message.equals("assumption is not false");
    return none ? "" : message;
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
    out.printf("%n%-14s%8s%8s%8s%n", "layer", "passed", "failed", "skipped");
    Count total = new Count();
    counts.forEach(
        (layer, count) -> {
          out.printf("%-14s%8d%8d%8d%n", layer, count.passed, count.failed, count.skipped);
          total.passed += count.passed;
          total.failed += count.failed;
          total.skipped += count.skipped;
          if (count.passed + count.failed == 0) {
            wrong.add("layer " + layer + ": no test ran");
          }
        });
    reasons.forEach((reason, times) -> out.println("SKIPPED " + times + ": " + reason));
    shaky.forEach(name -> out.println("SECOND TRY " + name));
    wrong.stream().limit(60).forEach(line -> out.println("FAILED " + line));
    out.printf("%d passed, %d failed, %d skipped%n", total.passed, total.failed, total.skipped);
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
