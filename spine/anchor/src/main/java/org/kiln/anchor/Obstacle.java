package org.kiln.anchor;

import java.util.List;
import java.util.Optional;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.core.extension.ExtensionRegistry;

/**
 * Why requests would wait for ever: nothing here writes to the chain. Said in the words of the
 * settings, since that is what an operator can change. Thread-safe.
 */
final class Obstacle {
  private static final String EVM = "eip155:";

  private final ExtensionRegistry extensions;
  private final AnchorSettings settings;
  private final List<String> missing;

  /**
   * For a node of these settings.
   *
   * @param missing keys of the settings that writing to an Ethereum-like chain needs and that are
   *     not set
   */
  Obstacle(ExtensionRegistry extensions, AnchorSettings settings, List<String> missing) {
    this.extensions = extensions;
    this.settings = settings;
    this.missing = List.copyOf(missing);
  }

  /** The sentences, as things stand now; empty when anchors can be written, or are not wanted. */
  Optional<String> sentences() {
    String chain = settings.chain();
    if (!settings.enabled() || extensions.keys(AnchorChain.class).contains(chain)) {
      return Optional.empty();
    }
    if (missing.isEmpty() || !chain.startsWith(EVM)) {
      return Optional.of(
          "The part that writes anchors to "
              + chain
              + " is not running: install or start the plugin that brings it ('kiln plugin'), or"
              + " set anchor.chain to another chain. Until then requests wait.");
    }
    return Optional.of(
        "Nothing here writes anchors to "
            + chain
            + ": "
            + list(missing)
            + (missing.size() == 1 ? " is" : " are")
            + " not set. Or let an anchor service write them (anchor.chain=cas:remote and"
            + " anchor.remote.url), or switch anchoring off (anchor.enabled=false). Until then"
            + " requests wait.");
  }

  private static String list(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.get(0)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }
}
