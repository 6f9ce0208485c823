package org.kiln.plugins;

/**
 * Something a bundle serves.
 *
 * @param kind for example {@code stream-type}
 * @param key for example {@code 0}, {@code key}, {@code eip155:1} or {@code GET /feed}
 */
record Offer(String kind, String key) implements Comparable<Offer> {
  static final String STREAM_TYPE = "stream-type";
  static final String DID_METHOD = "did-method";
  static final String CHAIN = "chain";
  static final String PROOFS = "proof-validator";
  static final String SIGNATURES = "signature-suite";
  static final String CAPABILITIES = "capability-signature";
  static final String ROUTE = "http-route";
  static final String PROTOCOL = "network-protocol";
  static final String STORE = "store";
  static final String INDEX = "index";
  static final String FEED_READER = "feed-reader";

  /** In a sentence. */
  String words() {
    return switch (kind) {
      case STREAM_TYPE -> "stream type " + key;
      case DID_METHOD -> "DID method " + key;
      case CHAIN -> "the chain " + key;
      case PROOFS -> "proofs of " + key;
      case SIGNATURES -> "signatures " + key;
      case CAPABILITIES -> "capabilities " + key;
      case ROUTE -> "the route " + key;
      case PROTOCOL -> "the protocol " + key;
      case FEED_READER -> "the feed reader " + key;
      default -> kind + " " + key;
    };
  }

  @Override
  public int compareTo(Offer other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : key.compareTo(other.key);
  }
}
