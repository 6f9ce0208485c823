package org.kiln.api.stream;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;

/**
 * The part of a stream's state that its stream type decides. Immutable.
 *
 * @param content the content in force; {@link Ipld#NULL} for none
 * @param metadata controllers, model and so on, by type
 * @param next a change that takes effect with the next time event; most types have none
 * @param signature how the content came to be
 */
public record Document(Ipld content, Ipld.Map metadata, Optional<Next> next, Signature signature) {

  /**
   * What the next time event will put in force.
   *
   * @param content content to come, if it changes
   * @param metadata metadata to come, if it changes
   */
  public record Next(Optional<Ipld> content, Optional<Ipld.Map> metadata) {}

  /** How the content came to be, in the order of the numbers in the HTTP API: 0, 1, 2. */
  public enum Signature {
    /** Only an unsigned init event so far. */
    GENESIS,
    /** Unused; kept for its number. */
    PARTIAL,
    /** Signed. */
    SIGNED
  }

  /** A document without a pending change. */
  public static Document of(Ipld content, Ipld.Map metadata, Signature signature) {
    return new Document(content, metadata, Optional.empty(), signature);
  }

  /** What a reader sees first: the pending content if there is one, else the content. */
  public Ipld latestContent() {
    return next.flatMap(Next::content).orElse(content);
  }

  /** The pending metadata if there is any, else the metadata. */
  public Ipld.Map latestMetadata() {
    return next.flatMap(Next::metadata).orElse(metadata);
  }
}
