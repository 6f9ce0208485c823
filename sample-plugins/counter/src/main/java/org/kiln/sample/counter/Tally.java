package org.kiln.sample.counter;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

/**
 * How far each device has counted. Immutable.
 *
 * @param devices by name, in the order of the names, so that every node writes the same document
 */
record Tally(Map<String, Counts> devices) {
  static final Tally ZERO = new Tally(Map.of());

  private static final int MAX_DEVICES = 1_000;
  private static final int MAX_NAME_CHARS = 64;

  /** The largest whole number that JavaScript clients read exactly: 2^53 − 1. */
  private static final long MAX_COUNT = (1L << 53) - 1;

  /** What one device has added and taken away since it began; neither ever falls. */
  record Counts(long up, long down) {
    private Counts merge(Counts other) {
      return new Counts(Math.max(up, other.up), Math.max(down, other.down));
    }
  }

  /** The tally with what an event says: {@code {device, up, down}}. */
  Tally merge(Ipld said) throws InvalidEventException {
    if (!(said instanceof Ipld.Map map)) {
      throw new InvalidEventException("A counter's data must be a map of device, up and down");
    }
    String device = map.text("device").orElse("");
    if (device.isEmpty() || device.length() > MAX_NAME_CHARS) {
      throw new InvalidEventException(
          "A counter's data must name its device with 1 to " + MAX_NAME_CHARS + " characters");
    }
    Map<String, Counts> merged = new TreeMap<>(devices);
    merged.merge(device, new Counts(count(map, "up"), count(map, "down")), Counts::merge);
    if (merged.size() > MAX_DEVICES) {
      throw new InvalidEventException("A counter has at most " + MAX_DEVICES + " devices");
    }
    return new Tally(merged);
  }

  private static long count(Ipld.Map map, String name) throws InvalidEventException {
    if (map.get(name).orElse(Ipld.of(0)) instanceof Ipld.Int number
        && number.value().signum() >= 0
        && number.value().compareTo(BigInteger.valueOf(MAX_COUNT)) <= 0) {
      return number.value().longValue();
    }
    throw new InvalidEventException(
        "A counter's " + name + " must be a whole number from 0 to " + MAX_COUNT);
  }

  /** The tally that a document holds. */
  static Tally of(Ipld content) throws InvalidEventException {
    Tally tally = ZERO;
    if (content instanceof Ipld.Map map
        && map.get("devices").orElse(null) instanceof Ipld.Map all) {
      for (var device : all.entries().entrySet()) {
        if (device.getValue() instanceof Ipld.Map counts) {
          tally = tally.merge(counts.with("device", Ipld.of(device.getKey())));
        }
      }
    }
    return tally;
  }

  /** The document: the sum, and what it is made of. */
  Ipld.Map content() {
    long value = 0;
    Ipld.Map.Builder all = Ipld.Map.builder();
    for (var device : devices.entrySet()) {
      Counts counts = device.getValue();
      value += counts.up() - counts.down();
      all.put(
          device.getKey(), Ipld.map("up", Ipld.of(counts.up()), "down", Ipld.of(counts.down())));
    }
    return Ipld.map("value", Ipld.of(value), "devices", all.build());
  }
}
