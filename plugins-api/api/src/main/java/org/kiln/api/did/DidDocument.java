package org.kiln.api.did;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Ipld;

/**
 * A resolved DID. Immutable.
 *
 * @see <a href="https://www.w3.org/TR/did-core/#did-resolution">DID resolution</a>
 */
public final class DidDocument {
  private final Did id;
  private final List<VerificationMethod> verificationMethods;
  private final Set<String> controllers;
  private final Optional<Instant> updated;
  private final Optional<Instant> nextUpdate;
  private final Ipld.Map json;

  private DidDocument(
      Did id,
      List<VerificationMethod> verificationMethods,
      Set<String> controllers,
      Optional<Instant> updated,
      Optional<Instant> nextUpdate,
      Ipld.Map json) {
    this.id = id;
    this.verificationMethods = List.copyOf(verificationMethods);
    this.controllers = Set.copyOf(controllers);
    this.updated = updated;
    this.nextUpdate = nextUpdate;
    this.json = json;
  }

  /** A document that only the DID itself controls, of a method without versions. */
  public static DidDocument of(Did id, List<VerificationMethod> methods, Ipld.Map json) {
    return new DidDocument(id, methods, Set.of(), Optional.empty(), Optional.empty(), json);
  }

  /** The same, with others that may act for it. */
  public DidDocument withControllers(Set<String> others) {
    return new DidDocument(id, verificationMethods, others, updated, nextUpdate, json);
  }

  /**
   * The same, of a method that has versions.
   *
   * @param from when this version came into force
   * @param until when the next one did
   */
  public DidDocument inForce(Optional<Instant> from, Optional<Instant> until) {
    return new DidDocument(id, verificationMethods, controllers, from, until, json);
  }

  /** The DID. */
  public Did id() {
    return id;
  }

  /** The keys that may sign, in the document's order. */
  public List<VerificationMethod> verificationMethods() {
    return verificationMethods;
  }

  /** DIDs that may act for this one, beside itself. */
  public Set<String> controllers() {
    return controllers;
  }

  /** When this version came into force, if the method has versions. */
  public Optional<Instant> updated() {
    return updated;
  }

  /** When the next version came into force, if there is one. */
  public Optional<Instant> nextUpdate() {
    return nextUpdate;
  }

  /** The whole W3C document. */
  public Ipld.Map json() {
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DidDocument that
        && id.equals(that.id)
        && verificationMethods.equals(that.verificationMethods)
        && controllers.equals(that.controllers)
        && updated.equals(that.updated)
        && nextUpdate.equals(that.nextUpdate)
        && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "DidDocument[" + id + "]";
  }
}
