package org.kiln.api.stream;

import java.util.Locale;
import java.util.Optional;

/**
 * Something an event needs before it can be judged.
 *
 * <p>Its text form is {@code kind:key}, for example {@code stream:k2t6…}, {@code did-method:web} or
 * {@code chain:eip155:1}. Clients find it in answers as {@code missing}, and the node keeps it so;
 * {@link #parse} and {@link #text} are the only ones to make it and to take it apart. Immutable;
 * equal when the text is.
 */
public sealed interface Dependency {
  /** A stream, with a state: {@code stream:k2t6…}. */
  record Stream(StreamId id) implements Dependency {
    @Override
    public String toString() {
      return text();
    }
  }

  /**
   * What an extension serves, which may not be installed, or fail, or lack what it asks itself:
   * {@code stream-type:0}.
   *
   * @param kind of extension
   * @param name what it is looked up by, not null
   */
  record Extension(Kind kind, String name) implements Dependency {
    /** What an event may need of extensions. */
    public enum Kind {
      /** A {@link StreamType}, by its number. */
      STREAM_TYPE,
      /** A {@link org.kiln.api.did.DidMethod}, by its name. */
      DID_METHOD,
      /** A {@link org.kiln.api.did.SignatureSuite}, by the algorithm's name of RFC 7518. */
      ALG,
      /** A {@link org.kiln.api.did.CapabilitySignature}, by the signature type of CAIP-74. */
      CACAO_TYPE,
      /** An {@link org.kiln.api.anchor.AnchorProofValidator}, by the CAIP-2 name of its chain. */
      CHAIN;

      private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

      private static Optional<Kind> of(String text) {
        for (Kind kind : values()) {
          if (kind.text.equals(text)) {
            return Optional.of(kind);
          }
        }
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /** The document of a DID, which cannot be had now: {@code did:did:web:example.com}. */
  record Did(String did) implements Dependency {
    @Override
    public String toString() {
      return text();
    }
  }

  /**
   * What nobody but the extension that names it knows of: {@code caip10-account:fil}. The node does
   * not notice when it comes; events that wait for it are judged again when their stream is derived
   * anew.
   *
   * @param kind lower-case letters, digits and hyphens; none of the kinds above
   * @param key not null
   */
  record Other(String kind, String key) implements Dependency {
    /** Refuses what would be something else when it is parsed. */
    public Other {
      if (!kind.matches("[a-z0-9-]+")) {
        throw new IllegalArgumentException("No kind of dependency: " + kind);
      }
      if (kind.equals("stream") || kind.equals("did") || Extension.Kind.of(kind).isPresent()) {
        throw new IllegalArgumentException("The kind " + kind + " has a type of its own");
      }
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /** That stream. */
  static Dependency stream(StreamId id) {
    return new Stream(id);
  }

  /** The stream type of that number. */
  static Dependency streamType(int code) {
    return new Extension(Extension.Kind.STREAM_TYPE, Integer.toString(code));
  }

  /** The DID method of that name, for example {@code web}. */
  static Dependency didMethod(String name) {
    return new Extension(Extension.Kind.DID_METHOD, name);
  }

  /** A signature algorithm, for example {@code ES256K}. */
  static Dependency algorithm(String name) {
    return new Extension(Extension.Kind.ALG, name);
  }

  /** A signature type of CACAOs, for example {@code eip1271}. */
  static Dependency cacaoType(String name) {
    return new Extension(Extension.Kind.CACAO_TYPE, name);
  }

  /** A chain by its CAIP-2 name, for example {@code eip155:1}: its proofs, or itself. */
  static Dependency chain(String caip2) {
    return new Extension(Extension.Kind.CHAIN, caip2);
  }

  /** {@code kind:key}. */
  default String text() {
    return switch (this) {
      case Stream stream -> "stream:" + stream.id();
      case Extension extension -> extension.kind().text + ":" + extension.name();
      case Did did -> "did:" + did.did();
      case Other other -> other.kind() + ":" + other.key();
    };
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when it is none, or names a stream by what is no StreamID
   */
  static Dependency parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("A dependency is written kind:key, not " + text);
    }
    String kind = text.substring(0, colon);
    String key = text.substring(colon + 1);
    return switch (kind) {
      case "stream" -> new Stream(StreamId.parse(key));
      case "did" -> new Did(key);
      default ->
          Extension.Kind.of(kind)
              .<Dependency>map(known -> new Extension(known, key))
              .orElseGet(() -> new Other(kind, key));
    };
  }
}
