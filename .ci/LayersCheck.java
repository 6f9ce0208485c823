import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

/** What judges the tests is tested: each case is a small report, and what Layers must say of it. */
public final class LayersCheck {
  private static final LocalDate TODAY = LocalDate.parse("2026-03-15");
  private static final String SHAKY =
      "<testcase classname='a.SomeTest' name='shouldX(int)[1]'>"
          + "<flakyFailure message='once'>stack</flakyFailure></testcase>";

  private static int failed;

  private LayersCheck() {}

  public static void main(String[] args) throws Exception {
    String passed = "<testcase classname='a.SomeTest' name='shouldX'/>";
    check("a test that passes", true, passed, "", "1 passed, 0 failed");
    check("no test at all", false, "", "", "layer unit: no test ran");
    check(
        "a failure",
        false,
        "<testcase classname='a.SomeTest' name='shouldX'><failure message='m'/></testcase>",
        "",
        "FAILED a.SomeTest: shouldX");
    check(
        "a failure at both tries",
        false,
        "<testcase classname='a.SomeTest' name='shouldX'>"
            + "<error message='m'/><rerunFailure message='m'/></testcase>",
        "",
        "0 passed, 1 failed");
    check("a second try", false, SHAKY, "", "second try only: a.SomeTest#shouldX");
    check(
        "an error at the first try",
        false,
        SHAKY.replace("flakyFailure", "flakyError"),
        "",
        "second try only: a.SomeTest#shouldX");
    check(
        "a second try in quarantine",
        true,
        SHAKY,
        "a.SomeTest#shouldX | 2026-03-01 | slow disks",
        "SECOND TRY a.SomeTest#shouldX");
    check(
        "quarantine that has ended",
        false,
        SHAKY,
        "a.SomeTest#shouldX | 2026-02-28 | slow disks",
        "more than 14 days");
    check(
        "quarantine for a test that there is not",
        false,
        passed,
        "a.SomeTest#shouldY | 2026-03-01 | slow disks",
        "line 2: there is no test a.SomeTest#shouldY");
    check(
        "quarantine from tomorrow",
        false,
        passed,
        "a.SomeTest#shouldX | 2026-03-16 | slow disks",
        "line 2: wants");
    check(
        "quarantine without a reason",
        false,
        passed,
        "a.SomeTest#shouldX | 2026-03-01 | ",
        "wants");
    check("quarantine without a date", false, passed, "a.SomeTest#shouldX | soon | slow", "wants");
    check(
        "a condition that was not met",
        true,
        passed + skipped(" message='No Kubo here'", ""),
        "",
        "SKIPPED 1: No Kubo here");
    check(
        "an assumption with a reason",
        true,
        passed
            + skipped(
                "", "org.opentest4j.TestAbortedException: Assumption failed: No disk\n\tat x"),
        "",
        "SKIPPED 1: No disk");
    check(
        "an assumption without one",
        false,
        passed
            + skipped(
                "",
                "org.opentest4j.TestAbortedException: \nassumption was not met due to: \n"
                    + "Expecting value to be true but was false\n\tat x"),
        "",
        "skipped without a reason: a.SomeTest: shouldZ");
    if (failed > 0) {
      System.exit(1);
    }
  }

  private static String skipped(String attribute, String text) {
    return "<testcase classname='a.SomeTest' name='shouldZ'><skipped"
        + attribute
        + "><![CDATA["
        + text
        + "]]></skipped></testcase>";
  }

  private static void check(String what, boolean well, String cases, String quarantine, String says)
      throws Exception {
    Path root = Files.createTempDirectory("layers");
    Path reports = Files.createDirectories(root.resolve("a/target/surefire-reports"));
    Path report = reports.resolve("TEST-a.SomeTest.xml");
    Files.writeString(report, "<testsuite>" + cases + "</testsuite>");
    Path list = root.resolve("quarantine");
    Files.writeString(list, "# a comment\n" + quarantine + "\n");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    boolean answer =
        new Layers(
                List.of("unit"), Quarantine.read(list, TODAY), new PrintStream(said, true, "UTF-8"))
            .run(root);
    for (Path made : List.of(report, reports, reports.getParent(), root.resolve("a"), list, root)) {
      Files.delete(made);
    }
    String text = said.toString(StandardCharsets.UTF_8);
    if (answer != well || !text.contains(says)) {
      failed++;
      System.out.printf("WRONG %s: %s, and says%n%s%n", what, answer, text);
    }
  }
}
