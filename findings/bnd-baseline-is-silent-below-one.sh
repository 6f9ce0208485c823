#!/usr/bin/env bash
# bnd 7.1.0 (biz.aQute.bndlib, which bnd-baseline-maven-plugin runs on). JDK and Maven.
# One would guess that a baseline of 0.9.0 that has lost a class is a mismatch: OSGi's semantic versioning lets a 0.x change as it likes, but
# an importer of [0.9.0,1) is broken all the same, and the tool computes the difference, says MAJOR, and a suggested version above the newer one.
# Yet below 1.0.0 it never sets "mismatch", so a build that fails on mismatches passes; the same jars at 1.0.0 fail. Kiln's API is a 0.9:
# ApiBaselineIT compares the versions itself (0.10.0 after a break, 0.9.1 after an addition), and plugins import [0.9,0.10).
. "$(dirname "$0")/lib/seen.sh"
maven_jars biz.aQute.bnd:biz.aQute.bndlib:7.1.0
java_says <<'JAVA'
import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.Baseline.Info;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import aQute.libg.reporter.ReporterAdapter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

class Script {
  static Jar jar(String version, String... classes) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("."), "api");
    for (String name : classes) {
      Path source = folder.resolve(name + ".java");
      Files.writeString(source, "package api; public class " + name + " {}");
      ToolProvider.getSystemJavaCompiler().run(null, null, null, "--release", "17", "-d", folder.toString(), source.toString());
      Files.delete(source);
    }
    Builder builder = new Builder();
    builder.addClasspath(folder.toFile());
    builder.set("Bundle-SymbolicName", "api");
    builder.set("Bundle-Version", version);
    builder.set("Export-Package", "api;version=" + version);
    return builder.build();
  }

  public static void main(String[] args) throws Exception {
    for (String version : List.of("0.9.0", "1.0.0")) {
      for (String change : List.of("lost", "gained")) {
        String[] more = {"Kept", "Other"};
        String[] less = {"Kept"};
        Jar older = jar(version, change.equals("lost") ? more : less);
        Jar newer = jar(version, change.equals("lost") ? less : more);
        Info info = new Baseline(new ReporterAdapter(), new DiffPluginImpl()).baseline(newer, older, null).iterator().next();
        System.out.println(
            version + ", a class " + change + ": " + info.packageDiff.getDelta() + ", suggests " + info.suggestedVersion + ", mismatch " + info.mismatch);
      }
    }
  }
}
JAVA
seen <<'SAID'
0.9.0, a class lost: MAJOR, suggests 1.0.0, mismatch false
0.9.0, a class gained: MINOR, suggests 0.10.0, mismatch false
1.0.0, a class lost: MAJOR, suggests 2.0.0, mismatch true
1.0.0, a class gained: MINOR, suggests 1.1.0, mismatch true
SAID
