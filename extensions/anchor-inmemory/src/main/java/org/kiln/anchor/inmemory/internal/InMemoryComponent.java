package org.kiln.anchor.inmemory.internal;

import java.time.Duration;
import java.time.InstantSource;
import org.kiln.anchor.inmemory.InMemoryChain;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Publishes the chain. */
@Component(
    configurationPid = "org.kiln.anchor.inmemory",
    property = {
      AnchorChain.CHAIN_PROPERTY + "=" + InMemoryChain.CHAIN_ID,
      AnchorProofValidator.CHAINS_PROPERTY + "=" + InMemoryChain.CHAIN_ID
    })
@Designate(ocd = InMemoryComponent.Config.class)
public final class InMemoryComponent implements AnchorChain, AnchorProofValidator {

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln in-memory anchoring")
  public @interface Config {
    /** Time until a transaction is final. */
    @AttributeDefinition(description = "Milliseconds until a transaction is final; 0 for at once.")
    long finalityMs() default 0;

    /** How far clocks may differ. */
    @AttributeDefinition(
        description = "Seconds by which the clocks of the network's nodes may differ.")
    long clockSkewSeconds() default 60;
  }

  private final InMemoryChain chain;

  /** Starts the chain. */
  @Activate
  public InMemoryComponent(Config config) {
    this.chain =
        new InMemoryChain(
            InstantSource.system(),
            Duration.ofMillis(config.finalityMs()),
            Duration.ofSeconds(config.clockSkewSeconds()));
  }

  @Override
  public String chainId() {
    return chain.chainId();
  }

  @Override
  public Submission submit(Cid root, Deadline deadline) throws AnchorException {
    return chain.submit(root, deadline);
  }

  @Override
  public Status status(Submission submission, Deadline deadline) throws AnchorException {
    return chain.status(submission, deadline);
  }

  @Override
  public Validation validate(AnchorProof proof, Deadline deadline) {
    return chain.validate(proof, deadline);
  }
}
