package org.kiln.streams.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.Standing;

/**
 * The signatures of a stream's events since its last time event: what the next time event must be
 * held against, remembered so that none of those events need be read again. Immutable.
 *
 * @param standings one for each signer; empty when it cannot be told from the signatures alone
 *     whether the events stand at another time
 */
public record Signers(Optional<List<Standing>> standings) {
  /** More than nearly all streams ever have between two time events. */
  private static final int MOST = 8;

  /** Nothing is signed. */
  public static final Signers NONE = new Signers(Optional.of(List.of()));

  /** The events must be judged anew. */
  public static final Signers UNKNOWN = new Signers(Optional.empty());

  /** Of one event; unknown when that is in doubt. */
  public static Signers of(Optional<Standing> standing) {
    return standing.map(one -> new Signers(Optional.of(List.of(one)))).orElse(UNKNOWN);
  }

  /** With those of further events. */
  public Signers and(Signers more) {
    if (standings.isEmpty() || more.standings.isEmpty()) {
      return UNKNOWN;
    }
    if (more.standings.get().isEmpty()) {
      return this;
    }
    List<Standing> all = new ArrayList<>(standings.get());
    for (Standing standing : more.standings.get()) {
      merge(all, standing);
    }
    return all.size() > MOST ? UNKNOWN : new Signers(Optional.of(List.copyOf(all)));
  }

  private static void merge(List<Standing> all, Standing standing) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).sameParties(standing)) {
        all.set(i, all.get(i).and(standing));
        return;
      }
    }
    all.add(standing);
  }

  /** Whether all of them stand at a time. */
  public boolean standAt(SignatureVerifier verifier, long seconds) {
    return standings.isPresent()
        && standings.get().stream().allMatch(standing -> verifier.standsAt(standing, seconds));
  }
}
