package org.kiln.core.guard.internal;

import java.time.Duration;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.core.guard.PluginUnavailableException;

/** What plugins know of chains. Their failures are a chain that is out of reach. */
final class GuardedChain {
  private static final long ASK_AGAIN_MS = 30_000;

  private GuardedChain() {}

  /** A plugin's chain. */
  static final class Chain implements AnchorChain {
    private final AnchorChain chain;
    private final PluginThreads threads;
    private final String id;

    Chain(AnchorChain chain, PluginThreads threads) throws PluginUnavailableException {
      this.chain = chain;
      this.threads = threads;
      this.id =
          Checked.constants(threads, chain, () -> Checked.present(chain.chainId(), "chainId()"));
    }

    @Override
    public String chainId() {
      return id;
    }

    @Override
    public Submission submit(Cid root, Deadline deadline) throws AnchorException {
      return ask("AnchorChain.submit", deadline, caller -> chain.submit(root, deadline));
    }

    @Override
    public Status status(Submission submission, Deadline deadline) throws AnchorException {
      return ask("AnchorChain.status", deadline, caller -> chain.status(submission, deadline));
    }

    private <T> T ask(String what, Deadline deadline, Work<T, AnchorException, AnchorException> ask)
        throws AnchorException {
      try {
        return threads.call(
            this,
            what,
            deadline,
            AnchorException.class,
            caller -> Checked.present(ask.run(caller), "it"));
      } catch (PluginUnavailableException e) {
        throw new AnchorException(e.getMessage(), Retry.LATER, e);
      }
    }
  }

  /** A plugin's proofs. */
  static final class Proofs implements AnchorProofValidator {
    private final AnchorProofValidator validator;
    private final PluginThreads threads;

    Proofs(AnchorProofValidator validator, PluginThreads threads) {
      this.validator = validator;
      this.threads = threads;
    }

    @Override
    public Validation validate(AnchorProof proof, Deadline deadline) {
      try {
        return threads.call(
            this,
            "AnchorProofValidator.validate",
            deadline,
            caller -> Checked.present(validator.validate(proof, deadline), "it"));
      } catch (PluginUnavailableException e) {
        return new Validation.Unknown(e.getMessage(), Retry.after(Duration.ofMillis(ASK_AGAIN_MS)));
      }
    }
  }
}
