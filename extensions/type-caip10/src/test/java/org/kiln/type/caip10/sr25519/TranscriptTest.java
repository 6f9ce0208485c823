package org.kiln.type.caip10.sr25519;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  /** Merlin's own vector. */
  @Test
  void shouldChallengeAsMerlinDoes() {
    Transcript transcript = new Transcript("test protocol");
    transcript.append("some label", "some data".getBytes(StandardCharsets.US_ASCII));
    assertThat(transcript.challenge("challenge", 32))
        .asHexString()
        .isEqualToIgnoringCase("d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615");
  }

  /** Merlin's own vector, which goes over the rate many times. */
  @Test
  void shouldChallengeAgainAndAgainAsMerlinDoes() {
    Transcript transcript = new Transcript("test protocol");
    transcript.append("step1", "some data".getBytes(StandardCharsets.US_ASCII));
    byte[] data = new byte[1024];
    Arrays.fill(data, (byte) 99);
    byte[] challenge = new byte[0];
    for (int i = 0; i < 32; i++) {
      challenge = transcript.challenge("challenge", 32);
      transcript.append("bigdata", data);
      transcript.append("challengedata", challenge);
    }
    assertThat(challenge)
        .asHexString()
        .isEqualToIgnoringCase("a8c933f54fae76e3f9bea93648c1308e7dfa2152dd51674ff3ca438351cf003c");
  }

  /** SHA3-512 of nothing is one permutation of its padding. */
  @Test
  void shouldPermuteAsSha3Does() {
    long[] lanes = new long[25];
    lanes[0] = 0x06;
    lanes[8] = 0x80L << 56;
    Keccak.permute(lanes);
    byte[] hash = new byte[64];
    for (int i = 0; i < hash.length; i++) {
      hash[i] = (byte) (lanes[i / 8] >>> i % 8 * 8);
    }
    byte[] expected = new byte[64];
    new SHA3Digest(512).doFinal(expected, 0);
    assertThat(hash).isEqualTo(expected);
  }
}
