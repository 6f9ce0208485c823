#!/usr/bin/env bash
# Xodus 2.0.1 (org.jetbrains.xodus:xodus-environment), Patricia trees (stores with "prefixing"). JDK and Maven.
# One would guess that appending is the cheapest thing for a log-structured store: rising keys, each commit at the end of the last page.
# It is the dearest. A node of the tree has a child for each value of a byte, and a commit writes the path to its key anew, the last node
# with up to 256 children each time: 768 bytes of log a commit here. The same numbers written with half a byte in each byte make nodes of
# at most 16 children: 220, though every key is twice as long. Kiln's journal has such keys (spine/events, package-info).
. "$(dirname "$0")/lib/seen.sh"
maven_jars org.jetbrains.xodus:xodus-environment:2.0.1
java_says <<'JAVA'
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongFunction;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.StoreConfig;

class Script {
  static final int COMMITS = 20_000;

  static byte[] plain(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  static byte[] halves(long number) {
    byte[] key = new byte[16];
    for (int i = 0; i < 16; i++) {
      key[i] = (byte) (number >>> (60 - 4 * i) & 15);
    }
    return key;
  }

  static double bytesPerCommit(LongFunction<byte[]> key) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("."), "store");
    EnvironmentConfig config = new EnvironmentConfig();
    config.setGcEnabled(false);
    config.setLogDurableWrite(false);
    Environment environment = Environments.newInstance(folder.toFile(), config);
    Store store =
        environment.computeInTransaction(
            t -> environment.openStore("s", StoreConfig.WITHOUT_DUPLICATES_WITH_PREFIXING, t));
    ArrayByteIterable value = new ArrayByteIterable(new byte[40]);
    for (long i = 1; i <= COMMITS; i++) {
      byte[] bytes = key.apply(i);
      environment.executeInTransaction(t -> store.put(t, new ArrayByteIterable(bytes), value));
    }
    environment.close();
    long size = 0;
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".xd")).toList()) {
        size += Files.size(file);
      }
    }
    return (double) size / COMMITS;
  }

  public static void main(String[] args) throws Exception {
    double plain = bytesPerCommit(Script::plain);
    double halves = bytesPerCommit(Script::halves);
    System.out.println("keys of 8 bytes, rising: over 600 bytes of log a commit: " + (plain > 600));
    System.out.println("the same in 16 half bytes: under 300: " + (halves < 300));
  }
}
JAVA
seen <<'SEEN'
keys of 8 bytes, rising: over 600 bytes of log a commit: true
the same in 16 half bytes: under 300: true
SEEN
