package org.kiln.libp2p.quic;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import org.kiln.libp2p.key.HostKey;

/**
 * The certificate we show: a P-256 key made for it, vouched for by the node's identity key. It has
 * an issuer, unlike most peers', or the JDK would not take it for one.
 *
 * @param certificate self-signed
 * @param key the certificate's own
 */
record OwnCertificate(X509Certificate certificate, PrivateKey key) {
  private static final byte[] COMMON_NAME = HexFormat.of().parseHex("550403");
  private static final byte[] FOR_EVER = "99991231235959Z".getBytes(StandardCharsets.US_ASCII);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * What stands in a certificate.
   *
   * @param from the time it is valid from
   * @param to the time it is valid to, in the form of X.509
   * @param publicKey the serialised identity key
   * @param signature the identity key's
   * @param extension the number of the extension they stand in
   */
  record Claims(Instant from, byte[] to, byte[] publicKey, byte[] signature, byte[] extension) {}

  /** Makes up the claims of a certificate, of its key as SubjectPublicKeyInfo. */
  interface Claiming {
    Claims of(byte[] subjectKey);
  }

  /** A certificate for that identity, valid since a day ago: clocks differ. */
  static OwnCertificate of(HostKey identity, Instant now) throws GeneralSecurityException {
    return of(
        subjectKey ->
            new Claims(
                now.minusSeconds(86_400),
                FOR_EVER,
                identity.publicKey().encode(),
                identity.sign(PeerCertificate.vouched(subjectKey)),
                PeerCertificate.LIBP2P));
  }

  /** A certificate with those claims, true or not. */
  static OwnCertificate of(Claiming claiming) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] subjectKey = pair.getPublic().getEncoded();
    byte[] algorithm = Der.write(Der.SEQUENCE, Der.write(Der.OID, PeerCertificate.ECDSA_SHA256));
    byte[] fields = fields(claiming.of(subjectKey), algorithm, subjectKey);
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(fields);
    byte[] der =
        Der.write(
            Der.SEQUENCE, fields, algorithm, Der.write(Der.BIT_STRING, new byte[1], signer.sign()));
    return new OwnCertificate(
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der)),
        pair.getPrivate());
  }

  private static byte[] fields(Claims claims, byte[] algorithm, byte[] subjectKey) {
    byte[] serial = new byte[16];
    new SecureRandom().nextBytes(serial);
    serial[0] = (byte) (serial[0] & 0x7f | 0x40);
    byte[] name =
        Der.write(
            Der.SEQUENCE,
            Der.write(
                Der.SET,
                Der.write(
                    Der.SEQUENCE,
                    Der.write(Der.OID, COMMON_NAME),
                    Der.write(Der.UTF8, "libp2p".getBytes(StandardCharsets.US_ASCII)))));
    // RFC 5280: the short form until 2049.
    byte[] from =
        Arrays.copyOfRange(TIME.format(claims.from).getBytes(StandardCharsets.US_ASCII), 2, 15);
    byte[] pair =
        Der.write(
            Der.SEQUENCE,
            Der.write(Der.OCTET_STRING, claims.publicKey),
            Der.write(Der.OCTET_STRING, claims.signature));
    byte[] extension =
        Der.write(
            Der.SEQUENCE, Der.write(Der.OID, claims.extension), Der.write(Der.OCTET_STRING, pair));
    return Der.write(
        Der.SEQUENCE,
        Der.write(0xa0, Der.write(Der.INTEGER, new byte[] {2})),
        Der.write(Der.INTEGER, serial),
        algorithm,
        name,
        Der.write(
            Der.SEQUENCE,
            Der.write(Der.UTC_TIME, from),
            Der.write(Der.GENERALIZED_TIME, claims.to)),
        name,
        subjectKey,
        Der.write(0xa3, Der.write(Der.SEQUENCE, extension)));
  }
}
