#!/usr/bin/env bash
# java.util.regex of JDK 25 and the JSON Schema patterns of the network, which are ECMA-262 and run on V8 in every client. JDK and Node.js 20.
# Java takes a lookbehind without a bound, (?<=(?:a)*a.), and matches by it. One would guess that it then does so wherever the same group
# stands. As one of two alternatives it matches nothing any more: no error, and no match. A validator that runs such a pattern on Java says of
# content that it is invalid, which V8 calls valid.
# Kiln has an engine of its own for patterns (groundwork/schema), whose tests compare with Java only where Java keeps its promise.
. "$(dirname "$0")/lib/seen.sh"
java_says <<'JAVA'
import java.util.regex.Pattern;

class Script {
  public static void main(String[] args) {
    for (String pattern : new String[] {"(?<=(?:a)*a.)", "(?<=(?:(?:a)*a.|b))"}) {
      System.out.println("Java " + pattern + " " + Pattern.compile(pattern).matcher("aca e").find());
    }
  }
}
JAVA
node -e 'for (const p of ["(?<=(?:a)*a.)", "(?<=(?:(?:a)*a.|b))"]) console.log("V8  ", p, new RegExp(p, "u").test("aca e"))' >> "$said"
seen <<'SEEN'
Java (?<=(?:a)*a.) true
Java (?<=(?:(?:a)*a.|b)) false
V8   (?<=(?:a)*a.) true
V8   (?<=(?:(?:a)*a.|b)) true
SEEN
