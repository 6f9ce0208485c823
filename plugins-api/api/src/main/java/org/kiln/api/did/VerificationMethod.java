package org.kiln.api.did;

import java.util.Arrays;
import java.util.Set;
import org.kiln.api.ipld.Ipld;

/** A key of a DID document. Immutable; the key's bytes are copied in and out. */
public final class VerificationMethod {
  private final String id;
  private final Set<String> algorithms;
  private final byte[] publicKey;
  private final Ipld.Map json;

  private VerificationMethod(String id, Set<String> algorithms, byte[] publicKey, Ipld.Map json) {
    this.id = id;
    this.algorithms = Set.copyOf(algorithms);
    this.publicKey = publicKey.clone();
    this.json = json;
  }

  /**
   * A key.
   *
   * @param id the DID URL that names it
   * @param algorithms JWS algorithms it can verify, or none
   * @param publicKey the key's bytes as {@link SignatureSuite} takes them, or none
   * @param json the method as it stands in the DID document
   */
  public static VerificationMethod of(
      String id, Set<String> algorithms, byte[] publicKey, Ipld.Map json) {
    return new VerificationMethod(id, algorithms, publicKey, json);
  }

  /** The DID URL that names it. */
  public String id() {
    return id;
  }

  /**
   * JWS algorithms it can verify, for example {@code EdDSA}; empty when it only agrees on keys or
   * only names a blockchain account.
   */
  public Set<String> algorithms() {
    return algorithms;
  }

  /** The key's bytes as {@link SignatureSuite} takes them; empty when none. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** The method as it stands in the DID document. */
  public Ipld.Map json() {
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerificationMethod that
        && id.equals(that.id)
        && algorithms.equals(that.algorithms)
        && Arrays.equals(publicKey, that.publicKey)
        && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "VerificationMethod[" + id + "]";
  }
}
