package org.kiln.libp2p.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufWriter;

class KeysTest {
  private static final byte[] MESSAGE = "hello".getBytes(StandardCharsets.UTF_8);

  private static PublicKey key(KeyType type, byte[] data) throws ProtobufException {
    return PublicKey.decode(
        new ProtobufWriter().number(1, type.ordinal()).bytes(2, data).toByteArray());
  }

  private static void check(PublicKey key, byte[] signature) {
    assertThat(key.verify(MESSAGE, signature)).isTrue();
    assertThat(key.verify("other".getBytes(StandardCharsets.UTF_8), signature)).isFalse();
    byte[] broken = signature.clone();
    broken[broken.length - 1] ^= 1;
    assertThat(key.verify(MESSAGE, broken)).isFalse();
    assertThat(key.verify(MESSAGE, new byte[0])).isFalse();
  }

  private static PublicKey jca(KeyType type, KeyPair pair) throws Exception {
    return key(type, pair.getPublic().getEncoded());
  }

  private static byte[] jcaSignature(String algorithm, KeyPair pair) throws Exception {
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(pair.getPrivate());
    signer.update(MESSAGE);
    return signer.sign();
  }

  @Test
  void shouldLetSomebodyElseCheckEd25519WhileTheyCan() {
    HostKey host = HostKey.random();
    byte[] signature = host.sign(MESSAGE);
    assertThat(host.publicKey().verify(MESSAGE, signature, (key, message, mark) -> false))
        .isFalse();
    Ed25519Check gone =
        Ed25519Check.orJava(
            (key, message, mark) -> {
              throw new NoClassDefFoundError("its bundle has gone");
            });
    assertThat(host.publicKey().verify(MESSAGE, signature, gone)).isTrue();
    assertThat(host.publicKey().verify(new byte[1], signature, gone)).isFalse();
  }

  @Test
  void shouldVerifyEd25519() {
    HostKey host = HostKey.random();
    check(host.publicKey(), host.sign(MESSAGE));
  }

  @Test
  void shouldVerifyRsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    PublicKey key = jca(KeyType.RSA, pair);
    check(key, jcaSignature("SHA256withRSA", pair));
    assertThat(key.peerId().toString()).startsWith("Qm");
  }

  @Test
  void rejectsRsaKeysOfTheWrongSize() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    KeyPair pair = generator.generateKeyPair();
    assertThat(jca(KeyType.RSA, pair).verify(MESSAGE, jcaSignature("SHA256withRSA", pair)))
        .isFalse();
  }

  @Test
  void shouldVerifyEcdsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    check(jca(KeyType.ECDSA, pair), jcaSignature("SHA256withECDSA", pair));
  }

  @Test
  void rejectsEcdsaOnOtherCurves() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPair pair = generator.generateKeyPair();
    assertThat(jca(KeyType.ECDSA, pair).verify(MESSAGE, jcaSignature("SHA256withECDSA", pair)))
        .isFalse();
  }

  @Test
  void shouldVerifySecp256k1() throws Exception {
    X9ECParameters curve = SECNamedCurves.getByName("secp256k1");
    ECDomainParameters domain =
        new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH());
    BigInteger secret = new BigInteger("1234567890123456789012345678901234567890");
    ECDSASigner signer = new ECDSASigner();
    signer.init(true, new ECPrivateKeyParameters(secret, domain));
    BigInteger[] pair =
        signer.generateSignature(MessageDigest.getInstance("SHA-256").digest(MESSAGE));
    ASN1EncodableVector numbers = new ASN1EncodableVector();
    numbers.add(new ASN1Integer(pair[0]));
    numbers.add(new ASN1Integer(pair[1]));
    PublicKey key =
        key(KeyType.SECP256K1, curve.getG().multiply(secret).normalize().getEncoded(true));
    check(key, new DERSequence(numbers).getEncoded());
    assertThat(key.peerId().toString()).startsWith("16Uiu2");
    assertThat(key(KeyType.SECP256K1, new byte[33]).verify(MESSAGE, new byte[70])).isFalse();
  }

  @Test
  void rejectsKeysThatAreNotCanonical() {
    byte[] data = new byte[32];
    byte[] swapped = new ProtobufWriter().bytes(2, data).number(1, 1).toByteArray();
    byte[] extra = new ProtobufWriter().number(1, 1).bytes(2, data).number(3, 1).toByteArray();
    byte[] unknown = new ProtobufWriter().number(1, 4).bytes(2, data).toByteArray();
    byte[] half = new ProtobufWriter().number(1, 1).toByteArray();
    byte[] large = new ProtobufWriter().number(1, 0).bytes(2, new byte[9000]).toByteArray();
    for (byte[] bytes : new byte[][] {swapped, extra, unknown, half, large, {}}) {
      assertThatThrownBy(() -> PublicKey.decode(bytes)).isInstanceOf(ProtobufException.class);
    }
  }

  @Test
  void shouldKeepItsKeyForTheOwnerOnly(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("libp2p").resolve("identity.key");
    HostKey made = HostKey.load(file);
    assertThat(HostKey.load(file).publicKey()).isEqualTo(made.publicKey());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void rejectsAKeyFileItCannotReadAndLeavesItAlone(@TempDir Path folder) throws IOException {
    byte[] other = HostKey.random().encode();
    other[other.length - 1] ^= 1;
    for (byte[] content : new byte[][] {{}, {1, 2, 3}, other, new byte[1000]}) {
      Path file = folder.resolve("identity.key");
      Files.write(file, content);
      assertThatThrownBy(() -> HostKey.load(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
      assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }
  }
}
