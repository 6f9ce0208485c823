package org.kiln.crypto.accp;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * The loaded native library. It is used directly and never registered with the JVM: what else runs
 * in it keeps its own cryptography.
 */
public final class NativeProvider {
  /** RFC 8410 and RFC 5480: what stands before the key in X.509's form. */
  private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final byte[] P256_HEAD =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

  private final Provider provider;

  private NativeProvider(Provider provider) {
    this.provider = provider;
  }

  /** Why the library is not to be had. */
  public static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Loads the library.
   *
   * @throws UnavailableException when it does not fit this machine or lacks what is needed
   */
  public static NativeProvider load() throws UnavailableException {
    try {
      AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
      Throwable error = provider.getLoadingError();
      if (error != null) {
        throw new UnavailableException("it does not load: " + error.getMessage(), error);
      }
      NativeProvider loaded = new NativeProvider(provider);
      loaded.ed25519();
      loaded.p256();
      return loaded;
    } catch (GeneralSecurityException e) {
      throw new UnavailableException("it has no Ed25519 or P-256: " + e.getMessage(), e);
    } catch (LinkageError | RuntimeException e) {
      throw new UnavailableException("it does not load: " + e, e);
    }
  }

  /** Name and version. */
  public String name() {
    return "ACCP " + provider.getVersionStr();
  }

  Signature ed25519() throws GeneralSecurityException {
    return Signature.getInstance("Ed25519", provider);
  }

  /** SHA-256, signature {@code r‖s}. */
  Signature p256() throws GeneralSecurityException {
    return Signature.getInstance("SHA256withECDSAinP1363Format", provider);
  }

  /** The library has no factory for these keys; the JDK's only takes the bytes apart. */
  PublicKey ed25519Key(byte[] key) throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519").generatePublic(encoded(ED25519_HEAD, key));
  }

  PublicKey p256Key(byte[] uncompressed) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC", provider).generatePublic(encoded(P256_HEAD, uncompressed));
  }

  private static X509EncodedKeySpec encoded(byte[] head, byte[] key) {
    byte[] out = new byte[head.length + key.length];
    System.arraycopy(head, 0, out, 0, head.length);
    System.arraycopy(key, 0, out, head.length, key.length);
    return new X509EncodedKeySpec(out);
  }
}
