package org.kiln.type.caip10;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.kiln.kit.crypto.Hashes;
import org.kiln.kit.crypto.Secp256k1;

/**
 * Accounts of chains of the Cosmos SDK. The wallet signs a transfer of nothing from the account to
 * itself, whose memo is the text; the proof carries the public key, and the address must be that
 * key's: js-ceramic takes any key.
 */
final class CosmosAccount {
  private static final JsonFactory JSON = new JsonFactory();

  /** As the wallet's amino document has it: names in order, no spaces. */
  private static final String DOCUMENT =
      "{\"account_number\":\"1\",\"chain_id\":\"cosmos\","
          + "\"fee\":{\"amount\":[{\"amount\":\"0\",\"denom\":\"\"}],\"gas\":\"0\"},"
          + "\"memo\":\"%1$s\","
          + "\"msgs\":[{\"type\":\"cosmos-sdk/MsgSend\",\"value\":"
          + "{\"amount\":[{\"amount\":\"0\",\"denom\":\"0\"}],"
          + "\"from_address\":\"%2$s\",\"to_address\":\"%2$s\"}}],"
          + "\"sequence\":\"0\"}";

  private record Signed(byte[] key, byte[] signature) {}

  private CosmosAccount() {}

  static boolean signed(LinkProof proof) {
    Optional<Signed> signed = read(proof.signature());
    int separator = proof.address().lastIndexOf('1');
    if (signed.isEmpty() || separator < 1) {
      return false;
    }
    byte[] key = signed.get().key();
    String prefix = proof.address().substring(0, separator);
    if (!proof.address().equals(Bech32.encode(prefix, Hashes.hash160(key)))) {
      return false;
    }
    byte[] text = proof.message().getBytes(StandardCharsets.UTF_8);
    String document = DOCUMENT.formatted(Base64.getEncoder().encodeToString(text), proof.address());
    byte[] digest = Hashes.sha256(document.getBytes(StandardCharsets.UTF_8));
    return Secp256k1.verify(key, digest, signed.get().signature());
  }

  /** Base64 of {@code {"signature": base64, "pub_key": {"type": …, "value": base64}}}. */
  private static Optional<Signed> read(String text) {
    byte[] key = new byte[0];
    byte[] signature = new byte[0];
    try (JsonParser in = JSON.createParser(Base64.getDecoder().decode(text))) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        JsonToken value = in.nextToken();
        if (name.equals("signature") && value == JsonToken.VALUE_STRING) {
          signature = Base64.getDecoder().decode(in.getText());
        } else if (name.equals("pub_key") && value == JsonToken.START_OBJECT) {
          key = key(in);
        } else {
          in.skipChildren();
        }
      }
      return Optional.of(new Signed(key, signature));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] key(JsonParser in) throws IOException {
    byte[] key = new byte[0];
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      if (in.nextToken() == JsonToken.VALUE_STRING && name.equals("value")) {
        key = Base64.getDecoder().decode(in.getText());
      } else {
        in.skipChildren();
      }
    }
    return key;
  }
}
