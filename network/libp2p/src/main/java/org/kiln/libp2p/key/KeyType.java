package org.kiln.libp2p.key;

/** Kinds of identity keys; the ordinal is the code on the wire. */
public enum KeyType {
  RSA,
  ED25519,
  SECP256K1,
  ECDSA
}
