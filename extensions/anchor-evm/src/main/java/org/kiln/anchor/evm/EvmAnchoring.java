package org.kiln.anchor.evm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;

/**
 * Wires the parts together: a validator for all chains with a node, and a writer for one of them.
 */
public final class EvmAnchoring implements AutoCloseable {
  private final Map<String, EvmNode> nodes = new LinkedHashMap<>();
  private final AnchorProofValidator validator;
  private final Optional<Writer> writer;

  private record Writer(EvmChain chain, Journal journal, String address) {}

  /**
   * The account and contract that roots are written with.
   *
   * @param chainId CAIP-2 text
   * @param privateKey hexadecimal
   * @param settings how
   * @param directory for the journal of what was sent
   */
  record Account(String chainId, String privateKey, EvmSettings settings, Path directory) {
    /** Without the key. */
    @Override
    public String toString() {
      return "Account[" + chainId + ", " + settings + "]";
    }
  }

  /**
   * Opens nothing but the journal; chains are asked when they are needed.
   *
   * @param rpcUrls nodes by CAIP-2 chain
   * @param trustedContracts besides the official one and the account's
   * @param minConfirmations for proofs of others
   * @param account empty to check proofs only
   * @throws IllegalArgumentException when a setting makes no sense
   */
  EvmAnchoring(
      Map<String, URI> rpcUrls,
      Set<String> trustedContracts,
      int minConfirmations,
      Optional<Account> account) {
    rpcUrls.forEach((chain, url) -> nodes.put(chain, new EvmNode(chain, url)));
    Set<String> trusted = new HashSet<>(trustedContracts);
    account.ifPresent(a -> trusted.add(a.settings().contract()));
    this.validator = new EvmProofValidator(nodes, new Trust(trusted), minConfirmations);
    this.writer = account.map(this::writer);
  }

  private Writer writer(Account account) {
    EvmNode node = nodes.get(account.chainId());
    if (node == null) {
      throw new IllegalArgumentException(
          "There is no RPC URL for chain " + account.chainId() + ", which is to be written to");
    }
    EvmKey key = new EvmKey(account.privateKey());
    Path file = account.directory().resolve(node.chainNumber() + "-" + key.address() + ".journal");
    try {
      Journal journal = Journal.open(file);
      return new Writer(
          new EvmChain(node, key, account.settings(), journal, InstantSource.system()),
          journal,
          key.address());
    } catch (IOException e) {
      throw new UncheckedIOException("The journal " + file + " cannot be opened", e);
    }
  }

  /** Checks proofs of {@link #chains()}. */
  public AnchorProofValidator validator() {
    return validator;
  }

  /** The chains whose proofs can be checked. */
  public Set<String> chains() {
    return nodes.keySet();
  }

  /** Writes roots; empty without an account. */
  public Optional<AnchorChain> chain() {
    return writer.map(Writer::chain);
  }

  /** The account's address. */
  public Optional<String> address() {
    return writer.map(Writer::address);
  }

  @Override
  public void close() {
    nodes.values().forEach(EvmNode::close);
    writer.ifPresent(
        w -> {
          try {
            w.journal().close();
          } catch (IOException e) {
            throw new UncheckedIOException("The journal of sent transactions cannot be closed", e);
          }
        });
  }
}
