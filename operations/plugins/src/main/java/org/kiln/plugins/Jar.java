package org.kiln.plugins;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.kiln.plugins.PluginException.Reason;
import org.osgi.framework.Version;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A jar that may be a plugin, as far as it can be known without running any of it.
 *
 * @param file where it lies
 * @param sha256 of the file, hex
 * @param symbolicName the bundle's name
 * @param version the bundle's version
 * @param manifest its main attributes
 * @param declared what its component descriptions say it will serve
 * @param open the kinds of which it may serve more than they say
 * @param carriesApi whether the node's own API classes are inside
 */
record Jar(
    Path file,
    String sha256,
    String symbolicName,
    Version version,
    Attributes manifest,
    SortedSet<Offer> declared,
    Set<String> open,
    boolean carriesApi) {
  private static final int MAX_ENTRIES = 50_000;
  private static final long MAX_UNPACKED_BYTES = 1L << 30;
  private static final int MAX_XML_BYTES = 1 << 20;

  /**
   * Reads a jar.
   *
   * @throws PluginException REFUSED when it is none, or no bundle
   */
  static Jar read(Path file) throws PluginException {
    try (JarFile jar = new JarFile(file.toFile(), true)) {
      checkSize(jar);
      Manifest manifest = jar.getManifest();
      if (manifest == null) {
        throw refused(
            "The jar has no manifest, so it is no bundle. Build it as the plugin archetype does,"
                + " with the bnd plugin.");
      }
      Attributes main = manifest.getMainAttributes();
      SortedSet<Offer> declared = new TreeSet<>();
      Set<String> open = new TreeSet<>();
      readComponents(jar, main, declared, open);
      return new Jar(
          file,
          hash(file),
          symbolicName(main),
          version(main),
          main,
          declared,
          open,
          jar.stream().anyMatch(entry -> entry.getName().startsWith("org/kiln/api/")));
    } catch (IOException | IllegalArgumentException | SecurityException e) {
      throw refused(
          "This is no jar, or a damaged one ("
              + e.getMessage()
              + "). Send the file that the plugin's build made.");
    }
  }

  private static void checkSize(JarFile jar) throws PluginException {
    long bytes = 0;
    int entries = 0;
    for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
      bytes += Math.max(0, all.nextElement().getSize());
      if (++entries > MAX_ENTRIES || bytes > MAX_UNPACKED_BYTES) {
        throw refused("The jar unpacks to more than a plugin may be.");
      }
    }
  }

  private static String symbolicName(Attributes main) throws PluginException {
    String name = main.getValue("Bundle-SymbolicName");
    if (!"2".equals(main.getValue("Bundle-ManifestVersion")) || name == null) {
      throw refused(
          "The jar's manifest has no Bundle-SymbolicName, so it is no bundle. Build it as the"
              + " plugin archetype does, with the bnd plugin.");
    }
    String bare = name.split(";")[0].strip();
    if (!bare.matches("[A-Za-z0-9._-]{1,128}")) {
      throw refused("The jar's Bundle-SymbolicName is no name: " + bare);
    }
    return bare;
  }

  private static Version version(Attributes main) throws PluginException {
    try {
      return Version.parseVersion(main.getValue("Bundle-Version"));
    } catch (IllegalArgumentException e) {
      throw refused("The jar's Bundle-Version is no version: " + main.getValue("Bundle-Version"));
    }
  }

  static String hash(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      try (InputStream in = Files.newInputStream(file)) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          digest.update(buffer, 0, n);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** A header, empty when absent. */
  String header(String name) {
    return Optional.ofNullable(manifest.getValue(name)).orElse("");
  }

  /**
   * The jar's manifest alone, under another name and with nothing to run: installing it shows
   * whether the real one would find what it needs.
   */
  byte[] probe(String name) throws IOException {
    Manifest probe = new Manifest();
    Attributes main = probe.getMainAttributes();
    main.putAll(manifest);
    main.remove(new Attributes.Name("Bundle-Activator"));
    main.remove(new Attributes.Name("Service-Component"));
    main.remove(new Attributes.Name("Bundle-ClassPath"));
    main.putValue("Bundle-SymbolicName", name);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes, probe)) {
      out.finish();
    }
    return bytes.toByteArray();
  }

  /** Whether it may serve that; false is certain, by its manifest alone. */
  boolean mayServe(Offer offer) {
    return declared.contains(offer) || open.contains(offer.kind());
  }

  private static void readComponents(
      JarFile jar, Attributes main, SortedSet<Offer> declared, Set<String> open)
      throws PluginException {
    if (main.getValue("Bundle-Activator") != null) {
      Spi.ALL.forEach(spi -> open.add(spi.kind())); // it may register anything
    }
    String components = main.getValue("Service-Component");
    if (components == null) {
      return;
    }
    for (String path : components.split(",")) {
      JarEntry entry = jar.getJarEntry(path.strip());
      if (entry != null && entry.getSize() <= MAX_XML_BYTES) {
        try (InputStream in = jar.getInputStream(entry)) {
          readComponent(parse(in), declared, open);
        } catch (IOException | SAXException | ParserConfigurationException e) {
          throw refused("Its component description " + path.strip() + " cannot be read.");
        }
      } else {
        Spi.ALL.forEach(spi -> open.add(spi.kind())); // a pattern, or too large to look into
      }
    }
  }

  private static Document parse(InputStream in)
      throws IOException, SAXException, ParserConfigurationException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    var builder = factory.newDocumentBuilder();
    builder.setErrorHandler(null);
    return builder.parse(in);
  }

  private static void readComponent(
      Document description, SortedSet<Offer> declared, Set<String> open) {
    List<String> interfaces = new ArrayList<>();
    NodeList provided = description.getElementsByTagName("provide");
    if (provided.getLength() == 0) {
      // It is there for what it does, and may register anything by hand, as our own rooms do.
      Spi.ALL.forEach(spi -> open.add(spi.kind()));
    }
    for (int i = 0; i < provided.getLength(); i++) {
      interfaces.add(((Element) provided.item(i)).getAttribute("interface"));
    }
    for (Spi spi : Spi.of(interfaces.toArray(String[]::new))) {
      List<Offer> offers = keys(description, spi);
      declared.addAll(offers);
      if (offers.isEmpty()) {
        open.add(spi.kind()); // only the object knows
      }
    }
  }

  private static List<Offer> keys(Document description, Spi spi) {
    List<Offer> offers = new ArrayList<>();
    NodeList properties = description.getElementsByTagName("property");
    for (int i = 0; i < properties.getLength(); i++) {
      Element property = (Element) properties.item(i);
      if (property.getAttribute("name").equals(spi.property())) {
        String value = property.getAttribute("value");
        String values = value.isEmpty() ? property.getTextContent() : value;
        values
            .strip()
            .lines()
            .map(String::strip)
            .filter(key -> !key.isEmpty())
            .forEach(key -> offers.add(new Offer(spi.kind(), key)));
      }
    }
    return offers;
  }

  private static PluginException refused(String sentence) {
    return new PluginException(Reason.REFUSED, sentence);
  }
}
