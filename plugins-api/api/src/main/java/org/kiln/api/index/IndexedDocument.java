package org.kiln.api.index;

import java.util.Objects;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/** The row of a document. Immutable. */
public final class IndexedDocument {
  private final StreamId stream;
  private final StreamId model;
  private final String controller;
  private final Cid tip;
  private final long created;
  private final boolean shown;
  private final String content;

  private IndexedDocument(
      StreamId stream,
      StreamId model,
      String controller,
      Cid tip,
      long created,
      boolean shown,
      String content) {
    this.stream = Objects.requireNonNull(stream);
    this.model = Objects.requireNonNull(model);
    this.controller = Objects.requireNonNull(controller);
    this.tip = Objects.requireNonNull(tip);
    this.created = created;
    this.shown = shown;
    this.content = Objects.requireNonNull(content);
  }

  /**
   * A document that queries find.
   *
   * @param created rises in the order in which this node came to know documents; of two that are
   *     written for one stream the lower one stays
   * @param content a JSON object as text
   */
  public static IndexedDocument of(
      StreamId stream, StreamId model, String controller, Cid tip, long created, String content) {
    return new IndexedDocument(stream, model, controller, tip, created, true, content);
  }

  /** The same, kept for its place but found by no query. */
  public IndexedDocument hidden() {
    return new IndexedDocument(stream, model, controller, tip, created, false, content);
  }

  /** Its stream. */
  public StreamId stream() {
    return stream;
  }

  /** Its model. */
  public StreamId model() {
    return model;
  }

  /** The DID that controls it. */
  public String controller() {
    return controller;
  }

  /** The event that made this content. */
  public Cid tip() {
    return tip;
  }

  /** Its place in the order in which this node came to know documents. */
  public long created() {
    return created;
  }

  /** Whether queries find it. */
  public boolean shown() {
    return shown;
  }

  /** A JSON object as text. */
  public String content() {
    return content;
  }
}
