package org.kiln.http.v0;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.lending.Lease;

/** The names of stream types. Thread-safe. */
final class Doctypes {
  // Names of the protocol: a state can be shown while the bundle of its type is being replaced.
  private static final Map<Integer, String> STANDARD =
      Map.of(0, "tile", 1, "caip10-link", 2, "model", 3, "MID", 4, "UNLOADABLE");

  private final ExtensionRegistry extensions;
  private final Map<Integer, String> others = new ConcurrentHashMap<>();

  Doctypes(ExtensionRegistry extensions) {
    this.extensions = extensions;
  }

  /** The name, or the number as text for a type nobody knows. */
  String name(int type) {
    String standard = STANDARD.get(type);
    if (standard != null) {
      return standard;
    }
    String known = others.get(type);
    return known != null ? known : ask(type);
  }

  private String ask(int type) {
    String key = Integer.toString(type);
    if (!extensions.keys(StreamType.class).contains(key)) {
      return key;
    }
    try (Lease<StreamType> lease = extensions.acquire(StreamType.class, key, Deadline.NONE)) {
      String name = lease.service().name();
      others.put(type, name);
      return name;
    } catch (ExtensionMissingException e) {
      return key;
    }
  }
}
