package org.kiln.api.index;

import java.nio.file.Path;
import java.util.Map;
import org.kiln.api.stream.NetworkId;

/** What to open. Immutable. */
public final class IndexSpec {
  private final Path directory;
  private final NetworkId network;
  private final Map<String, String> settings;

  private IndexSpec(Path directory, NetworkId network, Map<String, String> settings) {
    this.directory = directory;
    this.network = network;
    this.settings = Map.copyOf(settings);
  }

  /**
   * An index of a node.
   *
   * @param directory a directory of the index's own, which need not exist; a backend elsewhere does
   *     without
   * @param network the node's; an index of another one is refused
   */
  public static IndexSpec of(Path directory, NetworkId network) {
    return new IndexSpec(directory, network, Map.of());
  }

  /** The same with settings, which the backend documents. */
  public IndexSpec with(Map<String, String> newSettings) {
    return new IndexSpec(directory, network, newSettings);
  }

  /** A directory of the index's own. */
  public Path directory() {
    return directory;
  }

  /** The node's network. */
  public NetworkId network() {
    return network;
  }

  /** The backend's own settings. */
  public Map<String, String> settings() {
    return settings;
  }
}
