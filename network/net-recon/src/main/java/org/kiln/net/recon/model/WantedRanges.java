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
  private volatile Known known;

  /**
   * Ranges, made once for each change: they take hashes.
   *
   * @param revision a number that grows with every change
   */
  private record Known(List<Interest> asked, List<KeyRange> ranges, long revision) {}

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
    this.known = new Known(List.of(), this.fixed, 0);
  }

  /** All of them now. */
  public List<KeyRange> all() {
    return now().ranges();
  }

  /** A number that changes whenever they do. */
  public long revision() {
    return now().revision();
  }

  private Known now() {
    Interests keeper = asked.get();
    List<Interest> kept = keeper == null ? List.of() : keeper.all();
    Known last = known;
    if (last.asked().equals(kept)) {
      return last;
    }
    // Events of other separators have no keys here.
    Stream<KeyRange> more =
        kept.stream()
            .filter(interest -> interest.separator().equals(Interest.MODEL))
            .map(interest -> of(network, interest));
    Known next = new Known(kept, Stream.concat(fixed.stream(), more).toList(), last.revision() + 1);
    known = next;
    return next;
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
