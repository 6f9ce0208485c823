package org.kiln.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.core.access.Caller;

/**
 * Tokens whose SHA-256 is configured. They are long random texts, so a plain hash keeps them safe.
 *
 * @param operators hex SHA-256 of the operators' tokens
 * @param viewers hex SHA-256 of the viewers' tokens
 */
public record Tokens(List<String> operators, List<String> viewers) {
  /** Takes hashes in any case; blanks count as none. */
  public Tokens {
    operators = clean(operators);
    viewers = clean(viewers);
  }

  private static List<String> clean(List<String> hashes) {
    List<String> clean =
        hashes.stream()
            .map(hash -> hash.strip().toLowerCase(Locale.ROOT))
            .filter(hash -> !hash.isEmpty())
            .toList();
    clean.forEach(
        hash -> {
          if (!hash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("A token hash must be 64 hex digits of SHA-256");
          }
        });
    return clean;
  }

  Optional<Caller> find(String token) {
    String hash = Secrets.hash(token);
    if (contains(operators, hash)) {
      return Optional.of(new Caller("operator.token", Access.OPERATOR));
    }
    return contains(viewers, hash)
        ? Optional.of(new Caller("viewer.token", Access.VIEWER))
        : Optional.empty();
  }

  private static boolean contains(List<String> hashes, String hash) {
    boolean found = false;
    for (String candidate : hashes) {
      found |= Secrets.same(candidate, hash);
    }
    return found;
  }
}
