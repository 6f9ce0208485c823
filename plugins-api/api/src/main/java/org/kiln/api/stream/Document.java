package org.kiln.api.stream;

import java.util.Objects;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;

/** The part of a stream's state that its stream type decides. Immutable. */
public final class Document {
  private final Ipld content;
  private final Ipld.Map metadata;
  private final Optional<Next> next;
  private final Signature signature;

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

  private Document(Ipld content, Ipld.Map metadata, Optional<Next> next, Signature signature) {
    this.content = Objects.requireNonNull(content, "content");
    this.metadata = Objects.requireNonNull(metadata, "metadata");
    this.next = next;
    this.signature = Objects.requireNonNull(signature, "signature");
  }

  /**
   * A document without a pending change.
   *
   * @param content the content in force; {@link Ipld#NULL} for none
   * @param metadata controllers, model and so on, by type
   * @param signature how the content came to be
   */
  public static Document of(Ipld content, Ipld.Map metadata, Signature signature) {
    return new Document(content, metadata, Optional.empty(), signature);
  }

  /** The same content in force, with a change that takes effect with the next time event. */
  public Document with(Next pending) {
    return new Document(content, metadata, Optional.of(pending), signature);
  }

  /** The same document, whose content came to be in another way. */
  public Document with(Signature other) {
    return new Document(content, metadata, next, other);
  }

  /** The content in force; {@link Ipld#NULL} for none. */
  public Ipld content() {
    return content;
  }

  /** Controllers, model and so on, by type. */
  public Ipld.Map metadata() {
    return metadata;
  }

  /** A change that takes effect with the next time event; most types have none. */
  public Optional<Next> next() {
    return next;
  }

  /** How the content came to be. */
  public Signature signature() {
    return signature;
  }

  /** What a reader sees first: the pending content if there is one, else the content. */
  public Ipld latestContent() {
    return next.flatMap(Next::content).orElse(content);
  }

  /** The pending metadata if there is any, else the metadata. */
  public Ipld.Map latestMetadata() {
    return next.flatMap(Next::metadata).orElse(metadata);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Document that
        && content.equals(that.content)
        && metadata.equals(that.metadata)
        && next.equals(that.next)
        && signature == that.signature;
  }

  @Override
  public int hashCode() {
    return Objects.hash(content, metadata, next, signature);
  }

  @Override
  public String toString() {
    return "Document[content="
        + content
        + ", metadata="
        + metadata
        + next.map(pending -> ", next=" + pending).orElse("")
        + ", "
        + signature
        + "]";
  }
}
