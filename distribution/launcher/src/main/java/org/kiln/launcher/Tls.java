package org.kiln.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS from a pair of PEM files. Jetty wants a key store: one is written anew at every start, under
 * a password that nobody learns.
 */
final class Tls {
  private static final Integer DNS_NAME = 2;
  private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([A-Za-z0-9.*-]+)");
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private Tls() {}

  static boolean wanted(Configuration configuration) {
    return !configuration.get("http.tls-certificate").isEmpty();
  }

  /** Refuses files that are not there or do not belong together. */
  static void check(Configuration configuration) throws RefusedException {
    if (wanted(configuration)) {
      read(configuration);
    } else if (!configuration.get("http.tls-key").isEmpty()) {
      throw RefusedException.configuration(
          "http.tls-key is set, but http.tls-certificate does not name its certificate.");
    }
  }

  /** What Jetty is told. */
  static Map<String, String> frameworkProperties(Configuration configuration) throws IOException {
    try {
      Pair pair = read(configuration);
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      String password = HexFormat.of().formatHex(random);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("node", pair.key(), password.toCharArray(), pair.chain());
      Path file = configuration.dataDirectory().resolve("tls.p12");
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
        store.store(out, password.toCharArray());
      }
      return Map.of(
          "org.apache.felix.https.keystore",
          file.toString(),
          "org.apache.felix.https.keystore.type",
          "PKCS12",
          "org.apache.felix.https.keystore.password",
          password,
          "org.apache.felix.https.keystore.key.password",
          password);
    } catch (RefusedException | GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The names in the node's certificate; they are the node's own. */
  static List<String> hosts(Configuration configuration) {
    if (!wanted(configuration)) {
      return List.of();
    }
    try {
      return names(chain(configuration.file("http.tls-certificate"))[0]);
    } catch (RefusedException e) {
      return List.of(); // refused with a sentence elsewhere
    }
  }

  private static List<String> names(Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      if (certificate instanceof X509Certificate x509) {
        Collection<List<?>> alternatives = x509.getSubjectAlternativeNames();
        if (alternatives != null) {
          alternatives.stream()
              .filter(name -> name.get(0).equals(DNS_NAME))
              .forEach(name -> names.add(name.get(1).toString()));
        }
        Matcher common = COMMON_NAME.matcher(x509.getSubjectX500Principal().getName());
        if (names.isEmpty() && common.find()) {
          names.add(common.group(1));
        }
      }
    } catch (CertificateException e) {
      return List.of();
    }
    return names;
  }

  /** A name the node answers to: Jetty refuses requests for hosts its certificate does not name. */
  static Optional<String> hostOf(Path certificate) throws IOException {
    try {
      return names(chain(certificate)[0]).stream()
          .findFirst()
          .map(name -> name.startsWith("*.") ? "node" + name.substring(1) : name);
    } catch (RefusedException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private record Pair(Certificate[] chain, PrivateKey key) {}

  private static Pair read(Configuration configuration) throws RefusedException {
    Path certificate = configuration.file("http.tls-certificate");
    if (configuration.get("http.tls-key").isEmpty()) {
      throw RefusedException.configuration(
          "http.tls-certificate is set, but http.tls-key does not name its private key.");
    }
    Path keyFile = configuration.file("http.tls-key");
    Certificate[] chain = chain(certificate);
    PrivateKey key = key(keyFile, chain[0].getPublicKey().getAlgorithm());
    if (!belongTogether(chain[0], key)) {
      throw RefusedException.configuration(
          "The key in "
              + keyFile
              + " is not the one of the first certificate in "
              + certificate
              + ".");
    }
    return new Pair(chain, key);
  }

  private static Certificate[] chain(Path file) throws RefusedException {
    try (InputStream in = new ByteArrayInputStream(text(file).getBytes(StandardCharsets.UTF_8))) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw RefusedException.configuration(file + " holds no certificate in PEM form.");
      }
      return all.toArray(Certificate[]::new);
    } catch (GeneralSecurityException | IOException e) {
      throw RefusedException.configuration(
          file + " holds no certificate in PEM form: " + e.getMessage());
    }
  }

  private static PrivateKey key(Path file, String algorithm) throws RefusedException {
    Matcher pem = KEY.matcher(text(file));
    if (!pem.find()) {
      throw RefusedException.configuration(
          file
              + " holds no private key of the form BEGIN PRIVATE KEY. Turn it into one with:"
              + " openssl pkcs8 -topk8 -nocrypt -in "
              + file.getFileName()
              + " -out key.pem");
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw RefusedException.configuration(
          "The key in " + file + " is no " + algorithm + " key, as its certificate wants.");
    }
  }

  private static String text(Path file) throws RefusedException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw RefusedException.configuration("Cannot read " + file + ".");
    }
  }

  private static boolean belongTogether(Certificate certificate, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      byte[] sample = new byte[32];
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Sockets to the node on this machine: they trust its own certificate, whoever issued it. */
  static SocketFactory trusting(Path certificate) throws IOException {
    try {
      Set<Certificate> own = Set.of(chain(certificate)[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Pinned(own)}, null);
      return context.getSocketFactory();
    } catch (RefusedException | GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Trusts the certificates it knows and no others. */
  private record Pinned(Set<Certificate> own) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("No clients here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      if (!own.contains(chain[0])) {
        throw new CertificateException("This is not the node's certificate");
      }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
