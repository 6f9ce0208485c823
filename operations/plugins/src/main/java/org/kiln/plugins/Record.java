package org.kiln.plugins;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;

/**
 * What is remembered of a plugin over restarts.
 *
 * @param name the bundle's symbolic name
 * @param shipped whether the bundle ships with the node
 * @param dropIn whether the drop-in folder brought it
 * @param running whether it shall run
 * @param current the jar it runs; empty for the one that ships
 * @param kept earlier jars, newest first
 * @param modified what the framework said of the bundle after the last change; another value later
 *     means that its content is not ours
 * @param shippedSha256 the hash of the shipped jar when it was replaced
 */
record Record(
    String name,
    boolean shipped,
    boolean dropIn,
    boolean running,
    Optional<Kept> current,
    List<Kept> kept,
    long modified,
    String shippedSha256) {
  static final int MAX_KEPT = 3;

  /** A jar in the store. An empty hash is the one that ships. */
  record Kept(String sha256, String version) {
    static final String SHIPPED = "shipped";

    Ipld json() {
      return Ipld.map("sha256", Ipld.of(sha256), "version", Ipld.of(version));
    }

    static Kept of(Ipld.Map map) {
      return new Kept(map.text("sha256").orElse(""), map.text("version").orElse(""));
    }
  }

  Record {
    kept = List.copyOf(kept);
  }

  Record running(boolean shall) {
    return new Record(name, shipped, dropIn, shall, current, kept, modified, shippedSha256);
  }

  Record with(Optional<Kept> now, List<Kept> before, long changed) {
    return new Record(
        name,
        shipped,
        dropIn,
        running,
        now,
        before.subList(0, Math.min(MAX_KEPT, before.size())),
        changed,
        shippedSha256);
  }

  Ipld json() {
    List<Ipld> jars = new ArrayList<>();
    kept.forEach(jar -> jars.add(jar.json()));
    return Ipld.map(
        "name", Ipld.of(name),
        "shipped", Ipld.of(shipped),
        "dropIn", Ipld.of(dropIn),
        "running", Ipld.of(running),
        "current", current.map(Kept::json).orElse(Ipld.NULL),
        "kept", new Ipld.List(jars),
        "modified", Ipld.of(modified),
        "shippedSha256", Ipld.of(shippedSha256));
  }

  static Record of(Ipld.Map map) {
    List<Kept> kept = new ArrayList<>();
    if (map.get("kept").orElse(Ipld.NULL) instanceof Ipld.List list) {
      for (Ipld item : list.items()) {
        kept.add(Kept.of((Ipld.Map) item));
      }
    }
    return new Record(
        map.text("name").orElseThrow(),
        map.get("shipped").orElse(Ipld.FALSE).equals(Ipld.TRUE),
        map.get("dropIn").orElse(Ipld.FALSE).equals(Ipld.TRUE),
        map.get("running").orElse(Ipld.TRUE).equals(Ipld.TRUE),
        map.get("current").orElse(Ipld.NULL) instanceof Ipld.Map current
            ? Optional.of(Kept.of(current))
            : Optional.empty(),
        kept,
        map.get("modified").orElse(Ipld.NULL) instanceof Ipld.Int number
            ? number.value().longValue()
            : 0,
        map.text("shippedSha256").orElse(""));
  }
}
