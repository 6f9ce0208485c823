package org.kiln.net.recon.model;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;

/** The ranges of events a node wants: by its settings, and by what clients ask for. Thread-safe. */
public final class WantedRanges {
  /** How all events are named in settings. */
  private static final String ALL = "all";

  private final NetworkId network;
  private final List<KeyRange> fixed;
  private final Supplier<Interests> asked;

  /**
   * Of a node.
   *
   * @param fixed by its settings
   * @param asked by clients; null while nobody keeps that
   */
  public WantedRanges(NetworkId network, List<KeyRange> fixed, Supplier<Interests> asked) {
    this.network = network;
    this.fixed = List.copyOf(fixed);
    this.asked = asked;
  }

  /** All of them now. */
  public List<KeyRange> all() {
    Interests kept = asked.get();
    if (kept == null) {
      return fixed;
    }
    // Events of other separators have no keys here.
    Stream<KeyRange> more =
        kept.all().stream()
            .filter(interest -> interest.separator().equals(Interest.MODEL))
            .map(interest -> of(network, interest));
    return Stream.concat(fixed.stream(), more).toList();
  }

  /** The range of an interest. */
  static KeyRange of(NetworkId network, Interest interest) {
    return new KeyRange(Key.of(interest.from(network)), Key.of(interest.to(network)));
  }

  /**
   * What a setting names: the id of a model, or {@code all}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static KeyRange parse(NetworkId network, String text) {
    return text.equals(ALL) ? KeyRange.ALL : of(network, Interest.of(StreamId.parse(text)));
  }
}
