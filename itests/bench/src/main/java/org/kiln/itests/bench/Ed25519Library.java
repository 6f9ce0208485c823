package org.kiln.itests.bench;

import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Nothing but a library's verification, with its own keys. */
interface Ed25519Library {
  boolean verify(int key, byte[] message, byte[] signature) throws Exception;

  static Ed25519Library ofBouncyCastle(byte[][] keys) {
    Ed25519.PublicPoint[] points = new Ed25519.PublicPoint[keys.length];
    for (int i = 0; i < keys.length; i++) {
      points[i] = Ed25519.validatePublicKeyPartialExport(keys[i], 0);
    }
    return (key, message, signature) ->
        Ed25519.verify(signature, 0, points[key], message, 0, message.length);
  }

  /** The provider lies inside the bundle crypto-native, under its own name. */
  static Ed25519Library ofAmazon(byte[][] keys) throws Exception {
    Provider provider =
        (Provider)
            Class.forName("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider")
                .getField("INSTANCE")
                .get(null);
    byte[] head = HexFormat.of().parseHex("302a300506032b6570032100");
    PublicKey[] parsed = new PublicKey[keys.length];
    for (int i = 0; i < keys.length; i++) {
      byte[] encoded = new byte[head.length + keys[i].length];
      System.arraycopy(head, 0, encoded, 0, head.length);
      System.arraycopy(keys[i], 0, encoded, head.length, keys[i].length);
      parsed[i] = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }
    return (key, message, signature) -> {
      Signature verifier = Signature.getInstance("Ed25519", provider);
      verifier.initVerify(parsed[key]);
      verifier.update(message);
      return verifier.verify(signature);
    };
  }
}
