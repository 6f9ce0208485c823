package org.kiln.api.anchor;

import java.util.Optional;
import org.kiln.api.ipld.Cid;

/**
 * The proof block of a time event: a Merkle root in a blockchain transaction.
 *
 * @param chainId CAIP-2 chain, for example {@code eip155:1}
 * @param root CID of the tree's root
 * @param txHash the transaction's hash as a CID (codec eth-tx)
 * @param txType {@code f(bytes32)} or {@code raw}; absent in old proofs, which means raw
 * @see <a href="https://github.com/ChainAgnostic/CAIPs/blob/main/CAIPs/caip-168.md">CAIP-168</a>
 */
public record AnchorProof(String chainId, Cid root, Cid txHash, Optional<String> txType) {}
