package org.kiln.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute;

/**
 * Lets in who presents a token whose SHA-256 is configured. Tokens are long random texts, so a
 * plain hash keeps them safe in a configuration file; passwords would not be.
 */
public final class BearerAccess implements AccessPolicy {
  private static final String SCHEME = "Bearer ";
  private static final int MAX_HEADER_CHARS = 1024;

  private final List<byte[]> viewers;
  private final List<byte[]> operators;

  /**
   * A policy.
   *
   * @param viewerHashes hex SHA-256 of the viewers' tokens
   * @param operatorHashes hex SHA-256 of the operators' tokens; operators may view as well
   * @throws IllegalArgumentException when one is no SHA-256
   */
  public BearerAccess(List<String> viewerHashes, List<String> operatorHashes) {
    this.viewers = parse(viewerHashes);
    this.operators = parse(operatorHashes);
  }

  private static List<byte[]> parse(List<String> hashes) {
    return hashes.stream().filter(text -> !text.isBlank()).map(BearerAccess::parse).toList();
  }

  private static byte[] parse(String text) {
    String hex = text.strip();
    if (hex.length() != 64) {
      throw new IllegalArgumentException("A token hash must be 64 hex digits of SHA-256");
    }
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String admit(HttpRoute.Access access, HttpCall call) throws HttpProblem {
    if (!allows(access, call.header("Authorization").orElse(null))) {
      throw AccessPolicy.unauthorized(access);
    }
    return "token";
  }

  boolean allows(HttpRoute.Access access, String authorization) {
    if (authorization == null
        || authorization.length() > MAX_HEADER_CHARS
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] hash = sha256(authorization.substring(SCHEME.length()).strip());
    boolean operator = known(operators, hash);
    boolean viewer = known(viewers, hash);
    return operator || viewer && access == HttpRoute.Access.VIEWER;
  }

  private static boolean known(List<byte[]> hashes, byte[] hash) {
    boolean found = false;
    for (byte[] candidate : hashes) {
      found |= MessageDigest.isEqual(candidate, hash);
    }
    return found;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
