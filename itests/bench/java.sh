# Sourced by the scripts here: compiles the benchmarks, and sets 'java' to a Java of 21 or later and 'classpath'.
mvn -q compile dependency:build-classpath -Dmdep.outputFile=target/classpath
java=java
for candidate in "${JAVA_HOME:-}"/bin/java /usr/lib/jvm/*/bin/java; do
  if [ -x "$candidate" ] && [ "$("$candidate" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')" -ge 21 ]; then
    java=$candidate
    break
  fi
done
classpath=target/classes:$(cat target/classpath)
