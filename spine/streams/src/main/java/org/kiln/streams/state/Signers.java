package org.kiln.streams.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.core.identity.SignatureValidity;
import org.kiln.core.identity.SignatureVerifier;

/**
 * The signatures of a stream's events since its last time event: what the next time event must be
 * held against, remembered so that none of those events need be read again. Immutable.
 *
 * @param validities one for each signer; empty when it cannot be told from the signatures alone
 *     whether the events stand at another time
 */
public record Signers(Optional<List<SignatureValidity>> validities) {
  /** More than nearly all streams ever have between two time events. */
  private static final int MOST = 8;

  /** Nothing is signed. */
  public static final Signers NONE = new Signers(Optional.of(List.of()));

  /** The events must be judged anew. */
  public static final Signers UNKNOWN = new Signers(Optional.empty());

  /** Of one event; unknown when that is in doubt. */
  public static Signers of(Optional<SignatureValidity> validity) {
    return validity.map(one -> new Signers(Optional.of(List.of(one)))).orElse(UNKNOWN);
  }

  /** With those of further events. */
  public Signers and(Signers more) {
    if (validities.isEmpty() || more.validities.isEmpty()) {
      return UNKNOWN;
    }
    if (more.validities.get().isEmpty()) {
      return this;
    }
    List<SignatureValidity> all = new ArrayList<>(validities.get());
    for (SignatureValidity validity : more.validities.get()) {
      merge(all, validity);
    }
    return all.size() > MOST ? UNKNOWN : new Signers(Optional.of(List.copyOf(all)));
  }

  private static void merge(List<SignatureValidity> all, SignatureValidity validity) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).sameParties(validity)) {
        all.set(i, all.get(i).and(validity));
        return;
      }
    }
    all.add(validity);
  }

  /** Whether all of them stand at a time. */
  public boolean standAt(SignatureVerifier verifier, long seconds) {
    return validities.isPresent()
        && validities.get().stream().allMatch(validity -> verifier.standsAt(validity, seconds));
  }
}
