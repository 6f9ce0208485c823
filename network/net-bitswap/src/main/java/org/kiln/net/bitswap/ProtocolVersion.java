package org.kiln.net.bitswap;

import java.util.Arrays;
import java.util.List;

/** The versions of the protocol, the best first. */
enum ProtocolVersion {
  /** Asks who has a block, and answers that it is not there. */
  V1_2("/ipfs/bitswap/1.2.0"),

  /** Blocks of any CID. */
  V1_1("/ipfs/bitswap/1.1.0"),

  /** Blocks of CID version 0 only. */
  V1_0("/ipfs/bitswap/1.0.0");

  /** All ids, the best first. */
  static final List<String> IDS = Arrays.stream(values()).map(version -> version.id).toList();

  private final String id;

  ProtocolVersion(String id) {
    this.id = id;
  }

  /** The version that was agreed on. */
  static ProtocolVersion of(String id) {
    return values()[IDS.indexOf(id)];
  }
}
