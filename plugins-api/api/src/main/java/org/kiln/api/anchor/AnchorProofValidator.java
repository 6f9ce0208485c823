package org.kiln.api.anchor;

import java.time.Instant;
import java.util.Objects;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Checks proofs against a chain. A node checks proofs of chains it never writes to, so this is a
 * service of its own. Register it with the property {@value #CHAINS_PROPERTY}: CAIP-2 chains, or
 * {@code eip155:*} for a whole namespace. Called on the node's executor, may block until the
 * deadline, must be thread-safe.
 */
@ConsumerType
public interface AnchorProofValidator {
  /** Name of the service property that lists the chains it can check. */
  String CHAINS_PROPERTY = "chain.ids";

  /**
   * Looks the transaction up and compares the root. Never throws for a chain that is out of reach.
   */
  Validation validate(AnchorProof proof, Deadline deadline);

  /** The verdict. */
  sealed interface Validation {
    /**
     * The root is in the transaction.
     *
     * @param blockTime when its block was made, to the second
     */
    record Valid(Instant blockTime) implements Validation {}

    /**
     * The root is not there, and never will be.
     *
     * @param reason what does not fit
     */
    record Invalid(String reason) implements Validation {}

    /**
     * Nothing can be said now. Never condemns an event.
     *
     * @param reason why not
     * @param retry when it is worth asking again
     */
    record Unknown(String reason, Retry retry) implements Validation {
      /** There is always something to say about that. */
      public Unknown {
        Objects.requireNonNull(retry, "retry");
      }
    }
  }
}
