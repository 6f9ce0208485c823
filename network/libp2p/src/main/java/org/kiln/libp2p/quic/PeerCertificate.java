package org.kiln.libp2p.quic;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.libp2p.key.KeyType;
import org.kiln.libp2p.key.PublicKey;

/**
 * The certificate a peer shows in the libp2p TLS handshake: self-signed, and with an extension in
 * which the peer's identity key vouches for the certificate's key. Read from its DER by ourselves,
 * since the JDK refuses the empty issuer that most peers put in. Immutable.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">libp2p TLS</a>
 */
final class PeerCertificate {
  /** Longest certificate read: an RSA key of 8192 bits, twice, with room to spare. */
  static final int MAX_BYTES = 16 * 1024;

  /** 1.3.6.1.4.1.53594.1.1, the extension. */
  static final byte[] LIBP2P = HexFormat.of().parseHex("2b0601040183a25a0101");

  static final byte[] ECDSA_SHA256 = HexFormat.of().parseHex("2a8648ce3d040302");
  private static final byte[] RSA_SHA256 = HexFormat.of().parseHex("2a864886f70d01010b");

  /** Key usage, basic constraints, extended key usage: they say nothing that matters here. */
  private static final Set<String> UNDERSTOOD = Set.of("551d0f", "551d13", "551d25");

  private static final int VERSION = 0xa0;
  private static final int ISSUER_ID = 0x81;
  private static final int SUBJECT_ID = 0x82;
  private static final int EXTENSIONS = 0xa3;
  private static final byte[] PREFIX = "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);

  private final byte[] signedPart;
  private final PublicKey certificateKey;
  private final byte[] selfSignature;
  private final Instant from;
  private final Instant to;
  private final byte[] subjectKey;
  private final PublicKey hostKey;
  private final byte[] hostSignature;

  private PeerCertificate(byte[] der) throws CertificateException {
    if (der.length > MAX_BYTES) {
      throw new CertificateException("It has " + der.length + " bytes");
    }
    Der outer = Der.of(der);
    Der certificate = outer.enter(Der.SEQUENCE);
    outer.end();
    signedPart = certificate.element(Der.SEQUENCE);
    byte[] algorithm = certificate.element(Der.SEQUENCE);
    selfSignature = certificate.bits();
    certificate.end();

    Der fields = Der.of(signedPart).enter(Der.SEQUENCE);
    if (fields.next(VERSION)) {
      fields.enter(VERSION);
    }
    fields.enter(Der.INTEGER);
    if (!Arrays.equals(fields.element(Der.SEQUENCE), algorithm)) {
      throw new CertificateException("It names two signature algorithms");
    }
    fields.enter(Der.SEQUENCE);
    Der validity = fields.enter(Der.SEQUENCE);
    from = time(validity);
    to = time(validity);
    fields.enter(Der.SEQUENCE);
    subjectKey = fields.element(Der.SEQUENCE);
    certificateKey = key(algorithm, subjectKey);
    for (int id : new int[] {ISSUER_ID, SUBJECT_ID}) {
      if (fields.next(id)) {
        fields.enter(id);
      }
    }
    byte[] extension = fields.next(EXTENSIONS) ? extension(fields.enter(EXTENSIONS)) : null;
    fields.end();
    if (extension == null) {
      throw new CertificateException("It has no libp2p extension");
    }
    Der content = Der.of(extension);
    Der pair = content.enter(Der.SEQUENCE);
    content.end();
    hostKey = hostKey(pair.value(Der.OCTET_STRING));
    hostSignature = pair.value(Der.OCTET_STRING);
    pair.end();
  }

  /**
   * Reads a certificate; nothing of it is proven yet.
   *
   * @throws CertificateException when it is malformed, of another kind, or has no libp2p extension
   */
  static PeerCertificate read(byte[] der) throws CertificateException {
    return new PeerCertificate(der);
  }

  /**
   * The identity key, after all that is claimed was checked.
   *
   * @throws CertificateException when the time is out, or one of the two signatures does not fit
   */
  PublicKey proven(Instant now) throws CertificateException {
    if (now.isBefore(from)) {
      throw new CertificateNotYetValidException("It is valid from " + from + " on");
    }
    if (now.isAfter(to)) {
      throw new CertificateExpiredException("It was valid until " + to);
    }
    if (!certificateKey.verify(signedPart, selfSignature)) {
      throw new CertificateException("It is not signed by its own key");
    }
    if (!hostKey.verify(vouched(subjectKey), hostSignature)) {
      throw new CertificateException("The identity key has not signed the certificate's key");
    }
    return hostKey;
  }

  /** What an identity key signs to vouch for a certificate's key, a SubjectPublicKeyInfo. */
  static byte[] vouched(byte[] subjectKey) {
    byte[] message = Arrays.copyOf(PREFIX, PREFIX.length + subjectKey.length);
    System.arraycopy(subjectKey, 0, message, PREFIX.length, subjectKey.length);
    return message;
  }

  private static PublicKey key(byte[] algorithm, byte[] subjectKey) throws CertificateException {
    byte[] oid = Der.of(algorithm).enter(Der.SEQUENCE).value(Der.OID);
    if (Arrays.equals(oid, ECDSA_SHA256)) {
      return PublicKey.of(KeyType.ECDSA, subjectKey);
    }
    if (Arrays.equals(oid, RSA_SHA256)) {
      return PublicKey.of(KeyType.RSA, subjectKey);
    }
    throw new CertificateException("It is signed in a way that is not supported");
  }

  private static PublicKey hostKey(byte[] serialised) throws CertificateException {
    try {
      return PublicKey.decode(serialised);
    } catch (ProtobufException e) {
      throw new CertificateException("Its identity key is none: " + e.getMessage(), e);
    }
  }

  private static byte[] extension(Der wrapped) throws CertificateException {
    Der extensions = wrapped.enter(Der.SEQUENCE);
    wrapped.end();
    byte[] found = null;
    while (extensions.more()) {
      Der extension = extensions.enter(Der.SEQUENCE);
      byte[] oid = extension.value(Der.OID);
      boolean critical = extension.next(Der.BOOLEAN) && truth(extension.value(Der.BOOLEAN));
      byte[] value = extension.value(Der.OCTET_STRING);
      extension.end();
      if (Arrays.equals(oid, LIBP2P)) {
        if (found != null) {
          throw new CertificateException("It has two libp2p extensions");
        }
        found = value;
      } else if (critical && !UNDERSTOOD.contains(HexFormat.of().formatHex(oid))) {
        throw new CertificateException("It has a critical extension that is not known");
      }
    }
    return found;
  }

  private static boolean truth(byte[] value) throws CertificateException {
    if (value.length != 1) {
      throw new CertificateException("A truth value of " + value.length + " bytes");
    }
    return value[0] != 0;
  }

  private static Instant time(Der validity) throws CertificateException {
    boolean utc = validity.next(Der.UTC_TIME);
    String text =
        new String(
            validity.value(utc ? Der.UTC_TIME : Der.GENERALIZED_TIME), StandardCharsets.US_ASCII);
    if (!text.matches(utc ? "[0-9]{12}Z" : "[0-9]{14}Z")) {
      throw new CertificateException("It has a time that is none");
    }
    // RFC 5280: two digits of a year from 50 on are of the last century.
    String full = utc ? (text.charAt(0) < '5' ? "20" : "19") + text : text;
    try {
      return LocalDateTime.of(
              number(full, 0, 4),
              number(full, 4, 6),
              number(full, 6, 8),
              number(full, 8, 10),
              number(full, 10, 12),
              number(full, 12, 14))
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new CertificateException("It has a time that is none", e);
    }
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }
}
