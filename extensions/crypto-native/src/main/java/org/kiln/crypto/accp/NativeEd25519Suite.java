package org.kiln.crypto.accp;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.kiln.api.did.SignatureSuite;
import org.kiln.kit.crypto.ParsedKeys;

/**
 * Ed25519 by the native library, with the verdicts of the pure Java suite to the last odd
 * signature. The library checks without the cofactor and takes keys of small order, the Java suite
 * the other way round; two nodes that differ on a crafted signature would tell different histories.
 * So keys are checked by BouncyCastle when they are parsed, and what the library refuses is asked
 * again there: only bad signatures pay for that. Thread-safe.
 */
public final class NativeEd25519Suite implements SignatureSuite {
  /**
   * A key as either library wants it.
   *
   * @param idle a verifier that was made for the key and that nobody uses now, if there is one: to
   *     make one costs a third of a verification
   */
  private record Key(
      Ed25519.PublicPoint point, PublicKey handle, AtomicReference<Signature> idle) {}

  /**
   * A verifier keeps room for the largest message it saw: one that saw a large one is not parked,
   * else some thousand keys would hold on to as many of them.
   */
  private static final int MOST_PARKED_BYTES = 4_096;

  private final NativeProvider provider;
  private final ParsedKeys<Key> keys = new ParsedKeys<>(1024, this::parse);

  /** By the loaded library. */
  public NativeEd25519Suite(NativeProvider provider) {
    this.provider = provider;
  }

  @Override
  public String alg() {
    return "EdDSA";
  }

  @Override
  public String provider() {
    return provider.name();
  }

  private Key parse(byte[] bytes) {
    Ed25519.PublicPoint point =
        bytes.length == Ed25519.PUBLIC_KEY_SIZE
            ? Ed25519.validatePublicKeyPartialExport(bytes, 0)
            : null;
    if (point == null) {
      return null;
    }
    try {
      return new Key(point, provider.ed25519Key(bytes), new AtomicReference<>());
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    if (signature.length != Ed25519.SIGNATURE_SIZE) {
      return false;
    }
    Key key = keys.get(publicKey);
    return key != null
        && (fits(key, message, signature)
            || Ed25519.verify(signature, 0, key.point(), message, 0, message.length));
  }

  private boolean fits(Key key, byte[] message, byte[] signature) {
    try {
      Signature idle = key.idle().getAndSet(null);
      Signature verifier = idle != null ? idle : verifier(key);
      verifier.update(message);
      boolean fits = verifier.verify(signature);
      if (fits && message.length <= MOST_PARKED_BYTES) {
        key.idle().set(verifier);
      }
      return fits;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Signature verifier(Key key) throws GeneralSecurityException {
    Signature verifier = provider.ed25519();
    verifier.initVerify(key.handle());
    return verifier;
  }
}
