package org.kiln.api.did;

import java.util.Optional;

/**
 * A DID URL as it stands in a JWS's {@code kid}: {@code did[?query][#fragment]}.
 *
 * @param did the DID
 * @param query the query without its question mark, if any
 * @param fragment the fragment without its hash sign, if any
 */
public record DidUrl(Did did, Optional<String> query, Optional<String> fragment) {

  /**
   * Parses the text.
   *
   * @throws IllegalArgumentException when it is no DID URL
   */
  public static DidUrl parse(String text) {
    String rest = text;
    Optional<String> fragment = Optional.empty();
    int hash = rest.indexOf('#');
    if (hash >= 0) {
      fragment = Optional.of(rest.substring(hash + 1));
      rest = rest.substring(0, hash);
    }
    Optional<String> query = Optional.empty();
    int question = rest.indexOf('?');
    if (question >= 0) {
      query = Optional.of(rest.substring(question + 1));
      rest = rest.substring(0, question);
    }
    return new DidUrl(new Did(rest), query, fragment);
  }

  @Override
  public String toString() {
    return did + query.map(q -> "?" + q).orElse("") + fragment.map(f -> "#" + f).orElse("");
  }
}
