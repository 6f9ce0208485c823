package org.kiln.inspect.batch;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.Jws;

/**
 * Signs as the JavaScript DID providers do: deterministically, with their order of header members.
 */
final class Signer {
  private final String did;
  private final byte[] seed;

  private Signer(String did, byte[] seed) {
    this.did = did;
    this.seed = seed;
  }

  /** The signer of a did:key whose secret is known. */
  static Signer of(String did, byte[] seed) {
    return new Signer(did, seed);
  }

  Jws sign(byte[] payload) throws RefusedException {
    String fingerprint = did.substring(did.lastIndexOf(':') + 1);
    String kid = "\"kid\":\"" + did + "#" + fingerprint + "\"";
    if (fingerprint.startsWith("z6Mk")) {
      return signed("{\"alg\":\"EdDSA\"," + kid + "}", payload, this::ed25519);
    }
    if (fingerprint.startsWith("zQ3s")) {
      return signed("{" + kid + ",\"alg\":\"ES256K\"}", payload, in -> ecdsa("secp256k1", in));
    }
    if (fingerprint.startsWith("zDn")) {
      return signed("{" + kid + ",\"alg\":\"ES256\"}", payload, in -> ecdsa("P-256", in));
    }
    throw new RefusedException("Cannot sign as " + did);
  }

  private interface Algorithm {
    byte[] sign(byte[] input);
  }

  private static Jws signed(String header, byte[] payload, Algorithm algorithm) {
    byte[] bytes = header.getBytes(StandardCharsets.US_ASCII);
    byte[] input = new Jws(payload, bytes, new byte[0]).signingInput();
    return new Jws(payload, bytes, algorithm.sign(input));
  }

  private byte[] ed25519(byte[] input) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, new Ed25519PrivateKeyParameters(seed, 0));
    signer.update(input, 0, input.length);
    return signer.generateSignature();
  }

  /** RFC 6979, with the lower s, as the library writes it. */
  private byte[] ecdsa(String curve, byte[] input) {
    X9ECParameters parameters = CustomNamedCurves.getByName(curve);
    ECDomainParameters domain =
        new ECDomainParameters(
            parameters.getCurve(), parameters.getG(), parameters.getN(), parameters.getH());
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(new BigInteger(1, seed), domain));
    BigInteger[] rs = signer.generateSignature(sha256(input));
    BigInteger s = rs[1];
    if (s.compareTo(domain.getN().shiftRight(1)) > 0) {
      s = domain.getN().subtract(s);
    }
    byte[] signature = Arrays.copyOf(fixed(rs[0]), 64);
    System.arraycopy(fixed(s), 0, signature, 32, 32);
    return signature;
  }

  private static byte[] fixed(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] out = new byte[32];
    int from = Math.max(0, bytes.length - 32);
    int length = bytes.length - from;
    System.arraycopy(bytes, from, out, 32 - length, length);
    return out;
  }

  private static byte[] sha256(byte[] input) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(input);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
