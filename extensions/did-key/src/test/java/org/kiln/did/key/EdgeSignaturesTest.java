package org.kiln.did.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Signatures on which Ed25519 verifiers disagree. Ours checks with the cofactor, like the ZIP-215
 * verifier of the JavaScript node, and unlike it refuses keys of small order and non-canonical
 * encodings, which no key generator makes.
 */
class EdgeSignaturesTest {
  @TestFactory
  Stream<DynamicTest> shouldJudgeOddSignaturesAlwaysTheSame() throws IOException {
    Ed25519Suite suite = new Ed25519Suite();
    try (InputStream in = EdgeSignaturesTest.class.getResourceAsStream("ed25519-edges.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\\|"))
          .map(
              edge ->
                  DynamicTest.dynamicTest(
                      edge[0],
                      () ->
                          assertThat(
                                  suite.verify(
                                      HexFormat.of().parseHex(edge[1]),
                                      HexFormat.of().parseHex(edge[2]),
                                      HexFormat.of().parseHex(edge[3])))
                              .isEqualTo(Boolean.parseBoolean(edge[4]))));
    }
  }
}
