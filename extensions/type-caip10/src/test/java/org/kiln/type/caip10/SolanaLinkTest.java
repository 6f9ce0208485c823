package org.kiln.type.caip10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.InvalidEventException;

class SolanaLinkTest {
  private static final String CHAIN = "solana:4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZ";
  private static final String MESSAGE =
      "Link this account to your identity\n\ndid:key:zAnn \nTimestamp: 1700000000";

  private final byte[] secret = new byte[Ed25519.SECRET_KEY_SIZE];
  private final String address = address();
  private final Caip10LinkType type = new Caip10LinkType();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldLinkAnAccountNamedInEitherForm(boolean oldForm) throws Exception {
    String account = oldForm ? address + "@" + CHAIN : CHAIN + ":" + address;
    Document document = apply(account, MESSAGE);
    assertThat(document.latestContent()).isEqualTo(Ipld.of("did:key:zAnn"));
    assertThat(document.latestMetadata().get("lastUpdate")).contains(Ipld.of(1_700_000_000L));
  }

  @Test
  void rejectsAMessageTheAccountDidNotSign() {
    assertThatThrownBy(() -> apply(address + "@" + CHAIN, MESSAGE + "!"))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage("Invalid proof for signed commit");
  }

  /**
   * As {@code @ceramicnetwork/stream-caip10-link-handler} 6 has it: the state's {@code next} is
   * {@code {"metadata":{…,"lastUpdate":1700000000}}}, without a content.
   */
  @Test
  void shouldHaveNoContentPendingWhenTheLinkIsTakenBack() throws Exception {
    String message = "Link this account to your identity\n\n \nTimestamp: 1700000000";
    Document document = apply(address + "@" + CHAIN, message, message);
    Document.Next next = document.next().orElseThrow();
    assertThat(next.content()).isEmpty();
    assertThat(next.metadata().orElseThrow().get("lastUpdate")).contains(Ipld.of(1_700_000_000L));
    assertThat(document.content()).isEqualTo(Ipld.NULL);
  }

  private Document apply(String account, String message) throws Exception {
    return apply(account, message, MESSAGE);
  }

  private Document apply(String account, String message, String signed) throws Exception {
    byte[] text = signed.getBytes(StandardCharsets.UTF_8);
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(secret, 0, text, 0, text.length, signature, 0);
    String base64 = Base64.getEncoder().encodeToString(signature);
    return Links.apply(
        type, Links.proof(account, "solana", message, base64), address + "@" + CHAIN);
  }

  private String address() {
    byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(secret, 0, key, 0);
    return Multibase.BASE58BTC.encodeBody(key);
  }
}
