package org.kiln.type.caip10;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.kit.crypto.Ed25519;
import org.kiln.kit.crypto.Hashes;

/** Whether an account's wallet signed a link. Thread-safe. */
final class AccountSignatures {
  private final ContractReader contracts;
  private final ChainNodes nodes;

  /** Asks contract wallets through the reader, and the nodes for keys that only their chain has. */
  AccountSignatures(ContractReader contracts, ChainNodes nodes) {
    this.contracts = contracts;
    this.nodes = nodes;
  }

  /**
   * Whether the proof's account signed its message.
   *
   * @throws InvalidEventException when links know no accounts of its namespace
   * @throws DependencyMissingException when it cannot be found out here, or not now
   */
  boolean fits(LinkProof proof, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    return switch (proof.namespace()) {
      case "eip155" ->
          proof.byContract()
              ? EthereumAccount.contractAccepts(proof, contracts, deadline)
              : EthereumAccount.keySigned(proof);
      case "solana" -> keySigned(proof, text(proof));
      case "near" -> keySigned(proof, Hashes.sha256(text(proof)));
      case "cosmos" -> CosmosAccount.signed(proof);
      case "fil" -> {
        if (!FilecoinAccount.hasKey(proof)) {
          throw uncheckable(proof, "only addresses with a key are, which begin with f1 or f3");
        }
        yield FilecoinAccount.signed(proof);
      }
      case "polkadot" -> PolkadotAccount.signed(proof);
      case "tezos" -> TezosAccount.signed(proof, nodes, deadline);
      case "eosio" -> EosioAccount.signed(proof, nodes, deadline);
      default ->
          throw new InvalidEventException(
              "Error while validating link proof for caip10-link signed commit: proof with"
                  + " namespace '"
                  + proof.namespace()
                  + "' not supported");
    };
  }

  /** Other nodes may know better, so such a link is not condemned. */
  private static DependencyMissingException uncheckable(LinkProof proof, String why) {
    return new DependencyMissingException(
        new Dependency.Other("caip10-account", proof.namespace()),
        "Links of the account "
            + proof.account()
            + " cannot be checked by this node: of '"
            + proof.namespace()
            + "', "
            + why);
  }

  /** A chain that cannot be asked now may be later, here or on another node. */
  static DependencyMissingException notNow(LinkProof proof, IOException why) {
    return new DependencyMissingException(
        Dependency.chain(proof.chain()),
        "Who may sign for the account "
            + proof.account()
            + " cannot be asked of its chain now: "
            + (why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage()));
  }

  /** Ed25519: the address is the key; the signature comes as base64. */
  private static boolean keySigned(LinkProof proof, byte[] message) {
    try {
      byte[] key = Multibase.BASE58BTC.decodeBody(proof.address());
      byte[] signature = Base64.getDecoder().decode(proof.signature());
      return Ed25519.verify(key, message, signature);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] text(LinkProof proof) {
    return proof.message().getBytes(StandardCharsets.UTF_8);
  }
}
