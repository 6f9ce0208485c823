package org.kiln.crypto.accp;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;
import org.kiln.api.did.SignatureSuite;
import org.kiln.kit.crypto.ParsedKeys;

/** ECDSA over P-256 with SHA-256 by the native library; both s and n−s are taken. Thread-safe. */
public final class NativeP256Suite implements SignatureSuite {
  private static final ECCurve CURVE = CustomNamedCurves.getByName("secp256r1").getCurve();

  private final NativeProvider provider;
  private final ParsedKeys<PublicKey> keys = new ParsedKeys<>(256, this::parse);

  /** By the loaded library. */
  public NativeP256Suite(NativeProvider provider) {
    this.provider = provider;
  }

  @Override
  public String alg() {
    return "ES256";
  }

  @Override
  public String provider() {
    return provider.name();
  }

  private PublicKey parse(byte[] sec1) {
    if (sec1.length != 33 && sec1.length != 65) {
      return null;
    }
    try {
      return provider.p256Key(CURVE.decodePoint(sec1).getEncoded(false));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      return null;
    }
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    PublicKey key = signature.length == 64 ? keys.get(publicKey) : null;
    if (key == null) {
      return false;
    }
    try {
      Signature verifier = provider.p256();
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
