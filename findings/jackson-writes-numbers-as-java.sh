#!/usr/bin/env bash
# Jackson 2.19.2 writes a double as Java's Double.toString does, JSON.stringify as ECMAScript says, and both are right JSON of the same number.
# The protocol makes texts of numbers: a document of a "set" Model is found by the texts of its fields joined with "|", so a node that uses its
# JSON library's text looks for another stream. 1e21, 1e7 and 1.0 differ in form; 5e-324 has another digit as well, since Java always
# writes two. Node.js, and a JDK with Maven. Kiln has one routine for the text, JavaScript's (JsNumber).
. "$(dirname "$0")/lib/seen.sh"
maven_jars com.fasterxml.jackson.core:jackson-databind:2.19.2
java_says <<'JAVA'
class Script {
  public static void main(String[] a) throws Exception {
    for (String text : "1 1.0 0.001 1e-7 1e7 123456789.5 1e21 5e-324 -0.0".split(" ")) {
      System.out.println(new com.fasterxml.jackson.databind.ObjectMapper().readTree(text));
    }
  }
}
JAVA
node -e "for (const text of '1 1.0 0.001 1e-7 1e7 123456789.5 1e21 5e-324 -0.0'.split(' ')) console.log(JSON.stringify(JSON.parse(text)))" > node.txt
paste -d ' ' "$said" node.txt > both.txt
mv both.txt "$said"
seen <<'OUT'
1 1
1.0 1
0.001 0.001
1.0E-7 1e-7
1.0E7 10000000
1.234567895E8 123456789.5
1.0E21 1e+21
4.9E-324 5e-324
-0.0 0
OUT
