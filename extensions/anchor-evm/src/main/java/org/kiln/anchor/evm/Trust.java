package org.kiln.anchor.evm;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which transactions count as anchors. Up to a block of each public chain, where the contract came
 * into use, anything that carries the root; above it only calls of the official contract or of one
 * the operator trusts. On other chains anything that carries the root. Immutable.
 */
final class Trust {
  private static final Map<String, Long> THRESHOLDS =
      Map.of(
          "eip155:1", 16_688_195L,
          "eip155:3", 1_000_000_000L,
          "eip155:5", 8_498_671L,
          "eip155:100", 26_509_835L,
          "eip155:11155111", 5_518_585L,
          "eip155:1337", 1L);

  private final Set<String> contracts;

  /** With contracts besides the official one, as {@code 0x} hexadecimal. */
  Trust(Set<String> further) {
    Set<String> all = new HashSet<>();
    all.add(AnchorContract.OFFICIAL);
    further.forEach(address -> all.add(address(address)));
    this.contracts = Set.copyOf(all);
  }

  /**
   * An address in lower case.
   *
   * @throws IllegalArgumentException when it is none
   */
  static String address(String text) {
    if (!text.matches("0x[0-9a-fA-F]{40}")) {
      throw new IllegalArgumentException("Not an address: '" + text + "'");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** Why a transaction is no anchor; empty when it is one. */
  Optional<String> objection(
      String chainId, long blockNumber, Optional<String> txType, Optional<String> to) {
    Long threshold = THRESHOLDS.get(chainId);
    if (threshold == null || blockNumber <= threshold) {
      return Optional.empty();
    }
    if (!txType.equals(Optional.of(AnchorContract.CALL))) {
      return Optional.of(
          "Any anchor proofs created after block "
              + threshold
              + " must include the txType field. Anchor txn blockNumber: "
              + blockNumber);
    }
    if (to.isEmpty() || !contracts.contains(to.get())) {
      return Optional.of(
          "Anchor was created using address "
              + to.orElse("none")
              + ". This is not the official anchoring contract address "
              + AnchorContract.OFFICIAL);
    }
    return Optional.empty();
  }
}
