package org.kiln.type.caip10;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.type.caip10.sr25519.Sr25519;

/** Proofs come from anybody, and answers of nodes from who knows: they are judged, and no more. */
class ProofFuzzTest {
  private static final String[] CHAINS = {
    "eip155:1",
    "solana:4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZ",
    "near:mainnet",
    "cosmos:cosmoshub-4",
    "fil:f",
    "polkadot:b0a8d493285c2df73290dfb7e61f870f",
    "tezos:NetXdQprcVkpaWU",
    "eosio:aca376f206b8fc25a6ed44dbdc66547c",
    "other:1"
  };

  private static final String[] SIGNATURES = {"", "0x", "edsig", "SIG_K1_"};

  private static final LinkProof PROOF =
      new LinkProof("a@tezos:NetXdQprcVkpaWU", "did:key:zAnn", "", 0, false);

  private final AccountSignatures signatures =
      new AccountSignatures(
          (chain, contract, data, deadline) -> {
            throw new IOException("not asked");
          },
          new ChainNodes(Map.of()));

  @FuzzTest(maxDuration = "20s")
  void proofs(FuzzedDataProvider data) {
    String chain = data.pickValue(CHAINS);
    String signature = data.pickValue(SIGNATURES) + data.consumeString(200);
    String address = data.consumeString(100);
    LinkProof proof =
        new LinkProof(
            address + "@" + chain,
            data.consumeRemainingAsString(),
            signature,
            0,
            chain.startsWith("eip155"));
    try {
      assertThat(signatures.fits(proof, Deadline.NONE)).isFalse();
    } catch (InvalidEventException refused) {
      assertThat(refused).hasMessageContaining("not supported");
    } catch (DependencyMissingException later) {
      assertThat(later.missing().text()).contains(chain.substring(0, chain.indexOf(':')));
    }
  }

  @FuzzTest(maxDuration = "20s")
  void answers(byte[] data) {
    try {
      assertThat(TezosAccount.text(PROOF, data)).isNotNull();
    } catch (IOException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    try {
      assertThat(EosioAccount.stands(PROOF, data, Set.of("EOSnobody"))).isFalse();
    } catch (IOException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  /** No key and signature that nobody made fit, and none stops the machine. */
  @FuzzTest(maxDuration = "20s")
  void schnorr(FuzzedDataProvider data) {
    byte[] key = data.consumeBytes(Sr25519.KEY_SIZE);
    byte[] signature = data.consumeBytes(Sr25519.SIGNATURE_SIZE);
    if (signature.length == Sr25519.SIGNATURE_SIZE) {
      signature[Sr25519.SIGNATURE_SIZE - 1] |= (byte) 0x80;
    }
    byte[] message = data.consumeRemainingAsBytes();
    assertThat(Sr25519.verify(Sr25519.SUBSTRATE, key, message, signature)).isFalse();
  }
}
