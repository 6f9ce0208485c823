#!/usr/bin/env bash
# bnd-maven-plugin 7.1.0, goal bnd-process, with -conditionalpackage. Maven and a JDK.
# One would guess that a bundle which takes packages of a library privately into itself holds, after every build, what the library holds now.
# It does after the first build. bnd unpacks what it takes into the bundle's own target/classes, and the next build without "clean" finds it
# there and takes it for the bundle's own class, which goes before the library's: the library is compiled anew, the bundle's manifest and jar
# are written anew, and the class in them is the old one, without a word. A method that was added is missing at run time only.
# Kiln packs its kits that way: CONTRIBUTING says what to delete after a change of a kit; CI and releases build from a fresh checkout.
. "$(dirname "$0")/lib/seen.sh"
mkdir -p kit/src/main/java/kit bundle/src/main/java/bundle
pom() { # ARTIFACT, and what else stands in it on standard input
  echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>seen</groupId>'
  echo "<artifactId>$1</artifactId><version>1</version>"
  echo '<properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>'
  cat
  echo '</project>'
}
pom all > pom.xml <<< '<packaging>pom</packaging><modules><module>kit</module><module>bundle</module></modules>'
pom kit > kit/pom.xml < /dev/null
pom bundle > bundle/pom.xml <<'POM'
<dependencies><dependency><groupId>seen</groupId><artifactId>kit</artifactId><version>1</version></dependency></dependencies>
<build><plugins>
  <plugin><groupId>biz.aQute.bnd</groupId><artifactId>bnd-maven-plugin</artifactId><version>7.1.0</version>
    <executions><execution><goals><goal>bnd-process</goal></goals></execution></executions>
    <configuration><bnd>-conditionalpackage: kit</bnd></configuration></plugin>
  <plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-jar-plugin</artifactId><version>3.4.2</version>
    <configuration><archive><manifestFile>${project.build.outputDirectory}/META-INF/MANIFEST.MF</manifestFile></archive></configuration></plugin>
</plugins></build>
POM
echo 'package bundle; public class Main { public static void main(String[] a) { System.out.println(new kit.Word().say()); } }' > bundle/src/main/java/bundle/Main.java
build() { # WORD, and the phases
  echo "package kit; public class Word { public String say() { return \"$1\"; } }" > kit/src/main/java/kit/Word.java
  shift
  mvn -q -B "$@" > maven.log 2>&1 || { cat maven.log >&2; exit 2; }
}
holds() { # the class of the kit as the bundle's jar has it, and as the kit's has
  echo "$1: the kit says $(java -cp kit/target/kit-1.jar:bundle/target/classes bundle.Main), the bundle says $(java -cp bundle/target/bundle-1.jar bundle.Main)"
}
{
  build old package
  holds "first build"
  build new package
  holds "kit changed, built again"
  build new clean package
  holds "built from clean"
} > "$said"
seen <<'SAID'
first build: the kit says old, the bundle says old
kit changed, built again: the kit says new, the bundle says old
built from clean: the kit says new, the bundle says new
SAID
