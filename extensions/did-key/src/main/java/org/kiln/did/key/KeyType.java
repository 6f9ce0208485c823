package org.kiln.did.key;

import java.util.Optional;

/** The key types of did:key with the multicodec that names each. */
enum KeyType {
  ED25519(0xed, Optional.of("EdDSA")),
  X25519(0xec, Optional.empty()),
  SECP256K1(0xe7, Optional.of("ES256K")),
  P256(0x1200, Optional.of("ES256")),
  P384(0x1201, Optional.of("ES384")),
  P521(0x1202, Optional.of("ES512"));

  private final int codec;
  private final Optional<String> alg;

  KeyType(int codec, Optional<String> alg) {
    this.codec = codec;
    this.alg = alg;
  }

  static Optional<KeyType> ofCodec(long codec) {
    for (KeyType type : values()) {
      if (type.codec == codec) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  int codec() {
    return codec;
  }

  /** The JWS algorithm its signatures are made with; empty when it only agrees on keys. */
  Optional<String> alg() {
    return alg;
  }
}
