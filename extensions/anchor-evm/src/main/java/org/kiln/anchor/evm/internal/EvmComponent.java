package org.kiln.anchor.evm.internal;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import org.kiln.anchor.evm.EvmAnchoring;
import org.kiln.anchor.evm.EvmConfiguration;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes what is configured: the chains in the service properties are the operator's choice. */
@Component(
    configurationPid = "org.kiln.anchor.evm",
    immediate = true,
    service = {})
@Designate(ocd = EvmComponent.Config.class)
public final class EvmComponent {
  private static final Logger LOG = LoggerFactory.getLogger(EvmComponent.class);

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln anchoring on EVM chains")
  public @interface Config {
    /** Nodes to ask. */
    @AttributeDefinition(
        description = "Nodes of chains, as eip155:1=https://… ; several, or one text with commas.")
    String[] rpcUrls() default {};

    /** Contracts besides the official one. */
    @AttributeDefinition(
        description = "Addresses of anchor contracts that count besides the official one.")
    String[] trustedContracts() default {};

    /** Depth of others' proofs. */
    @AttributeDefinition(
        description = "Blocks that must lie on top of the block of a proof that is checked.")
    int minConfirmations() default 0;

    /** Where to write. */
    @AttributeDefinition(
        description = "The chain to write to, as eip155:1; empty to check proofs only.")
    String chain() default "";

    /** What to call. */
    @AttributeDefinition(
        description = "Address of the anchor contract to call; empty: the official one.")
    String contract() default "";

    /** Who pays. */
    @AttributeDefinition(
        type = AttributeType.PASSWORD,
        description =
            "Private key of the account that pays, hexadecimal. The account must send"
                + " nothing else.")
    String privateKey() default "";

    /** Who pays, from a file. */
    @AttributeDefinition(description = "A file that holds the private key, instead of it.")
    String privateKeyFile() default "";

    /** Depth of own transactions. */
    @AttributeDefinition(description = "Blocks on top of a transaction's block until it is final.")
    int confirmations() default 4;

    /** Patience. */
    @AttributeDefinition(
        description = "Milliseconds until a transaction that hangs is replaced by a dearer one.")
    long stuckAfterMs() default 120_000;

    /** Thrift. */
    @AttributeDefinition(description = "Most gwei a unit of gas may cost.")
    double maxFeeGwei() default 500;

    /** Form of transactions. */
    @AttributeDefinition(description = "auto, legacy or eip1559.")
    String transactionForm() default "auto";

    /** Place of the journal. */
    @AttributeDefinition(description = "Directory for the journal of sent transactions.")
    String directory() default "anchor-evm";
  }

  private final EvmAnchoring anchoring;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

  /** Opens what is configured and registers it. */
  @Activate
  public EvmComponent(BundleContext context, Config config) {
    if (config.chain().isBlank()
        && !(config.privateKey().isBlank() && config.privateKeyFile().isBlank())) {
      LOG.warn("A private key is configured but no chain to write to, so nothing is written");
    }
    this.anchoring =
        new EvmConfiguration(
                List.of(config.rpcUrls()),
                List.of(config.trustedContracts()),
                config.minConfirmations(),
                config.chain(),
                config.contract(),
                config.privateKey(),
                config.privateKeyFile(),
                config.confirmations(),
                config.stuckAfterMs(),
                config.maxFeeGwei(),
                config.transactionForm(),
                config.directory())
            .open();
    if (!anchoring.chains().isEmpty()) {
      Hashtable<String, Object> properties = new Hashtable<>();
      properties.put(
          AnchorProofValidator.CHAINS_PROPERTY, anchoring.chains().toArray(String[]::new));
      registrations.add(
          context.registerService(AnchorProofValidator.class, anchoring.validator(), properties));
    }
    anchoring
        .chain()
        .ifPresent(
            chain -> {
              LOG.info("Anchors on {} as {}", chain.chainId(), anchoring.address().orElseThrow());
              Hashtable<String, Object> properties = new Hashtable<>();
              properties.put(AnchorChain.CHAIN_PROPERTY, chain.chainId());
              registrations.add(context.registerService(AnchorChain.class, chain, properties));
            });
  }

  @Deactivate
  void deactivate() {
    registrations.forEach(ServiceRegistration::unregister);
    anchoring.close();
  }
}
