package org.kiln.plugins;

import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.Dependency.Extension;
import org.kiln.api.stream.Dependency.Extension.Kind;
import org.kiln.core.stream.StreamCensus;

/** How many streams depend on what a plugin serves. Thread-safe. */
final class Dependants {
  private final Supplier<Optional<StreamCensus>> census;

  Dependants(Supplier<Optional<StreamCensus>> census) {
    this.census = census;
  }

  /** The numbers, which may be half a minute old; empty while streams are not there. */
  Optional<StreamCensus.Count> count() {
    return census.get().map(StreamCensus::count);
  }

  /** How many need that; empty for what streams do not need. */
  static Optional<Long> of(StreamCensus.Count count, Offer offer) {
    return switch (offer.kind()) {
      case Offer.STREAM_TYPE -> Optional.of(count.of(new Extension(Kind.STREAM_TYPE, offer.key())));
      case Offer.DID_METHOD -> Optional.of(count.of(Dependency.didMethod(offer.key())));
      case Offer.CHAIN, Offer.PROOFS -> Optional.of(count.of(Dependency.chain(offer.key())));
      default -> Optional.empty();
    };
  }

  /**
   * Refuses to let go of what streams depend on.
   *
   * @param done what would be done to the plugin, for the sentence
   * @throws PluginException HAS_STREAMS with their number
   */
  void refuse(String name, SortedSet<Offer> offers, String done) throws PluginException {
    Optional<StreamCensus.Count> now = census.get().map(StreamCensus::countNow);
    if (now.isEmpty()) {
      return;
    }
    for (Offer offer : offers) {
      long streams = of(now.get(), offer).orElse(0L);
      if (streams > 0) {
        throw new PluginException(
            PluginException.Reason.HAS_STREAMS,
            streams
                + (streams == 1 ? " stream depends" : " streams depend")
                + " on "
                + offer.words()
                + " of "
                + name
                + (now.get().complete() ? "" : ", or more")
                + ". Once it is "
                + done
                + " they are answered with 503; their events are kept.",
            streams);
      }
    }
  }
}
