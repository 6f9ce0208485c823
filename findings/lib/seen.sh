# Sourced by the scripts of findings/: a temporary folder, pinned packages, and a comparison of what they say with what was seen.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
said=$folder/said.txt

# npm_packages NAME@VERSION ...: what they declare, and nothing that runs while it is installed.
npm_packages() {
  # The placeholder package "fs" that old dependencies name is not in every registry.
  echo '{"private": true, "type": "module", "overrides": {"fs": "npm:empty-module@0.0.2"}}' > package.json
  npm install --ignore-scripts --no-audit --no-fund --save-exact --loglevel=error "$@" > npm.log 2>&1 || {
    cat npm.log >&2
    exit 2
  }
}

# node_says < SCRIPT: runs an ES module beside the packages; what it prints is kept for "seen".
node_says() {
  cat > script.mjs
  node script.mjs > "$said"
}

# pip_packages NAME==VERSION ...: in a virtual environment of this folder.
pip_packages() {
  python3 -m venv venv
  venv/bin/pip install --quiet --disable-pip-version-check "$@"
}

# python_says < SCRIPT
python_says() {
  cat > script.py
  venv/bin/python script.py > "$said"
}

# maven_jars GROUP:ARTIFACT:VERSION ...: they and what they need, in jars/.
maven_jars() {
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>seen</groupId>'
    echo '<artifactId>seen</artifactId><version>1</version><dependencies>'
    for jar in "$@"; do
      IFS=: read -r group artifact version <<< "$jar"
      echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } > pom.xml
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=jars > maven.log 2>&1 || {
    cat maven.log >&2
    exit 2
  }
}

# java_says < SOURCE: runs one source file with a class Script beside the jars.
java_says() {
  cat > Script.java
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp 'jars/*' Script.java > "$said" 2> java.log || {
    cat "$said" java.log >&2
    exit 2
  }
}

# seen < LINES: fails, with the difference, when something else was said.
seen() {
  cat > seen.txt
  cat "$said"
  diff -u seen.txt "$said" > difference.txt || {
    echo "Not what was seen before:" >&2
    cat difference.txt >&2
    exit 1
  }
}
