package org.kiln.did.threeid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.did.Did;
import org.kiln.api.did.VerificationMethod;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;

/**
 * The DID document made of a tile's content {@code {publicKeys: {name: 'z…'}}}.
 *
 * @param methods the keys that sign
 * @param json the W3C document
 */
record KeyDocument(List<VerificationMethod> methods, Ipld.Map json) {
  private static final int MAX_KEYS = 256;
  private static final int MAX_KEY_LENGTH = 128;
  private static final byte SECP256K1 = (byte) 0xe7;
  private static final byte X25519 = (byte) 0xec;

  /** The document; empty when the content has no keys. Keys of other types are left out. */
  static Optional<KeyDocument> of(Did did, Ipld content) {
    if (!(content instanceof Ipld.Map map)
        || !(map.get("publicKeys").orElse(Ipld.NULL) instanceof Ipld.Map keys)
        || keys.entries().size() > MAX_KEYS) {
      return Optional.empty();
    }
    List<VerificationMethod> methods = new ArrayList<>();
    List<Ipld> all = new ArrayList<>();
    List<Ipld> signing = new ArrayList<>();
    List<Ipld> agreeing = new ArrayList<>();
    for (Map.Entry<String, Ipld> entry : keys.entries().entrySet()) {
      byte[] key = key(entry.getValue());
      if (key.length < 2 || key[0] != SECP256K1 && key[0] != X25519) {
        continue;
      }
      boolean signs = key[0] == SECP256K1;
      String id = did + "#" + entry.getKey();
      byte[] bare = Arrays.copyOfRange(key, 2, key.length);
      Ipld.Map json =
          Ipld.map(
              "id", Ipld.of(id),
              "type", Ipld.of(signs ? "EcdsaSecp256k1Signature2019" : "X25519KeyAgreementKey2019"),
              "controller", Ipld.of(did.value()),
              "publicKeyBase58", Ipld.of(Multibase.BASE58BTC.encodeBody(bare)));
      all.add(json);
      (signs ? signing : agreeing).add(json);
      methods.add(VerificationMethod.of(id, signs ? Set.of("ES256K") : Set.of(), bare, json));
    }
    return Optional.of(
        new KeyDocument(
            List.copyOf(methods),
            Ipld.map(
                "id", Ipld.of(did.value()),
                "verificationMethod", new Ipld.List(all),
                "authentication", new Ipld.List(signing),
                "keyAgreement", new Ipld.List(agreeing))));
  }

  private static byte[] key(Ipld value) {
    if (value instanceof Ipld.Text text && text.value().length() <= MAX_KEY_LENGTH) {
      try {
        return Multibase.decode(text.value());
      } catch (IllegalArgumentException e) {
        return new byte[0];
      }
    }
    return new byte[0];
  }
}
