package org.kiln.did.key;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.math.ec.rfc7748.X25519Field;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.kiln.api.did.Did;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.VerificationMethod;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.ipld.Varint;
import org.kiln.api.plugin.Retry;

/**
 * The DID method {@code key}: the DID is the public key itself, so nothing is looked up and nothing
 * ever changes. Documents are those of the JavaScript resolver that every Ceramic client uses.
 * Thread-safe.
 *
 * @see <a href="https://w3c-ccg.github.io/did-key-spec/">did:key</a>
 */
public final class KeyDidMethod implements DidMethod {
  /** Longest identifier: an uncompressed P-521 key is 133 bytes, some 185 letters of base58. */
  private static final int MAX_IDENTIFIER = 256;

  @Override
  public String method() {
    return "key";
  }

  @Override
  public DidDocument resolve(DidUrl url, ResolveOptions options) throws DidException {
    Did did = url.did();
    if (!did.method().equals(method())) {
      throw invalid(did, "its method is not key");
    }
    String fingerprint = did.identifier();
    if (fingerprint.length() > MAX_IDENTIFIER) {
      throw invalid(did, "its key is longer than any known one");
    }
    if (fingerprint.charAt(0) != Multibase.BASE58BTC.prefix()) {
      throw invalid(did, "its key does not start with z (base58btc)");
    }
    byte[] bytes;
    Varint.Decoded codec;
    try {
      bytes = Multibase.decode(fingerprint);
      codec = Varint.read(bytes, 0);
    } catch (IllegalArgumentException e) {
      throw invalid(did, e.getMessage());
    }
    Optional<KeyType> type = KeyType.ofCodec(codec.value());
    if (type.isEmpty()) {
      throw invalid(did, "unknown key type 0x" + Long.toHexString(codec.value()));
    }
    byte[] key = java.util.Arrays.copyOfRange(bytes, codec.next(), bytes.length);
    return document(did, type.get(), key);
  }

  private static DidDocument document(Did did, KeyType type, byte[] key) throws DidException {
    String id = did + "#" + did.identifier();
    return switch (type) {
      case ED25519 -> {
        if (key.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyPartial(key, 0)) {
          throw invalid(did, "its " + key.length + " bytes are no Ed25519 public key");
        }
        Ipld.Map method = base58Method(id, "Ed25519VerificationKey2018", did, key);
        yield signing(did, type, id, key, method, Optional.of(agreement(did, montgomery(key))));
      }
      case X25519 -> {
        if (key.length != 32) {
          throw invalid(did, "an X25519 key has 32 bytes, this one " + key.length);
        }
        yield DidDocument.of(
            did,
            List.of(),
            Ipld.map("id", Ipld.of(did.value()), "keyAgreement", Ipld.list(agreement(did, key))));
      }
      case SECP256K1 -> {
        if (key.length != 33 && key.length != 65) {
          throw invalid(did, "a secp256k1 key has 33 or 65 bytes, this one " + key.length);
        }
        Ipld.Map method = base58Method(id, "Secp256k1VerificationKey2018", did, key);
        yield signing(did, type, id, key, method, Optional.empty());
      }
      case P256, P384, P521 -> {
        NistPoint point;
        try {
          point = NistPoint.read(type, key);
        } catch (IllegalArgumentException e) {
          throw invalid(did, "its " + key.length + " bytes are no point of " + type);
        }
        Ipld.Map method =
            Ipld.map(
                "id", Ipld.of(id),
                "type", Ipld.of("JsonWebKey2020"),
                "controller", Ipld.of(did.value()),
                "publicKeyJwk", jwk(point));
        yield signing(did, type, id, point.uncompressed(), method, Optional.empty());
      }
    };
  }

  private static DidDocument signing(
      Did did, KeyType type, String id, byte[] key, Ipld.Map method, Optional<Ipld.Map> agreement) {
    Ipld.List self = Ipld.list(Ipld.of(id));
    Map<String, Ipld> json = new LinkedHashMap<>();
    json.put("id", Ipld.of(did.value()));
    json.put("verificationMethod", Ipld.list(method));
    for (String relation :
        List.of(
            "authentication", "assertionMethod", "capabilityDelegation", "capabilityInvocation")) {
      json.put(relation, self);
    }
    agreement.ifPresent(map -> json.put("keyAgreement", Ipld.list(map)));
    List<VerificationMethod> methods = new ArrayList<>(1);
    methods.add(VerificationMethod.of(id, type.alg().map(Set::of).orElse(Set.of()), key, method));
    return DidDocument.of(did, List.copyOf(methods), new Ipld.Map(json));
  }

  private static Ipld.Map base58Method(String id, String type, Did controller, byte[] key) {
    return Ipld.map(
        "id", Ipld.of(id),
        "type", Ipld.of(type),
        "controller", Ipld.of(controller.value()),
        "publicKeyBase58", Ipld.of(Multibase.BASE58BTC.encodeBody(key)));
  }

  private static Ipld.Map agreement(Did did, byte[] x25519) {
    byte[] prefix = Varint.encode(KeyType.X25519.codec());
    byte[] bytes = java.util.Arrays.copyOf(prefix, prefix.length + x25519.length);
    System.arraycopy(x25519, 0, bytes, prefix.length, x25519.length);
    String id = did + "#" + Multibase.BASE58BTC.encode(bytes);
    return base58Method(id, "X25519KeyAgreementKey2019", did, x25519);
  }

  private static Ipld.Map jwk(NistPoint point) {
    return Ipld.map(
        "kty", Ipld.of("EC"),
        "crv", Ipld.of(point.curve()),
        "x", Ipld.of(Multibase.BASE64URL.encodeBody(point.x())),
        "y", Ipld.of(Multibase.BASE64URL.encodeBody(point.y())));
  }

  /** The same key on the Montgomery curve: {@code u = (1 + y) / (1 − y)} (RFC 7748 §4.1). */
  private static byte[] montgomery(byte[] ed25519) {
    int[] y = X25519Field.create();
    int[] one = X25519Field.create();
    int[] above = X25519Field.create();
    int[] below = X25519Field.create();
    X25519Field.decode255(ed25519, y);
    X25519Field.one(one);
    X25519Field.add(one, y, above);
    X25519Field.sub(one, y, below);
    X25519Field.carry(below);
    X25519Field.inv(below, below);
    X25519Field.mul(above, below, above);
    X25519Field.normalize(above);
    byte[] u = new byte[32];
    X25519Field.encode(above, u);
    return u;
  }

  private static DidException invalid(Did did, String why) {
    return new DidException("invalidDid", "Not a did:key: " + did + ": " + why, Retry.NEVER);
  }
}
