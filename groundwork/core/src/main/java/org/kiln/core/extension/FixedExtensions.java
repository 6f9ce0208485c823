package org.kiln.core.extension;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.lending.Lease;

/**
 * Extensions that never change: for the command line and for tests, where there is no framework.
 */
public final class FixedExtensions implements ExtensionRegistry {
  private record Slot(Class<?> spi, String key) {}

  private final Map<Slot, Object> services;

  private FixedExtensions(Map<Slot, Object> services) {
    this.services = Map.copyOf(services);
  }

  /** Starts a set of extensions. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects extensions. */
  public static final class Builder {
    private final Map<Slot, Object> services = new LinkedHashMap<>();

    /** Adds one; a later one of the same kind and key replaces an earlier one. */
    public <T> Builder add(Class<T> spi, String key, T service) {
      services.put(new Slot(spi, key), service);
      return this;
    }

    /** The registry. */
    public FixedExtensions build() {
      return new FixedExtensions(services);
    }
  }

  @Override
  public <T> Lease<T> acquire(Class<T> spi, String key, Deadline deadline)
      throws ExtensionMissingException {
    Object service = services.get(new Slot(spi, key));
    if (service == null) {
      throw new ExtensionMissingException(spi.getSimpleName(), key);
    }
    return Lease.of(spi.cast(service));
  }

  @Override
  public Set<String> keys(Class<?> spi) {
    Set<String> keys = new TreeSet<>();
    services.keySet().stream()
        .filter(slot -> slot.spi() == spi)
        .forEach(slot -> keys.add(slot.key()));
    return keys;
  }

  @Override
  public AutoCloseable onChange(Class<?> spi, ChangeListener listener) {
    return () -> {};
  }
}
