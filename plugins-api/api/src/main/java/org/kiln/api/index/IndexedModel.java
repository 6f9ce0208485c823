package org.kiln.api.index;

import java.util.List;
import java.util.Objects;
import org.kiln.api.stream.StreamId;

/** A model whose documents are, or were, indexed. Immutable. */
public final class IndexedModel {
  private final StreamId id;
  private final boolean active;
  private final List<StreamId> interfaces;
  private final List<FieldIndex> indices;
  private final long filled;
  private final long fillUntil;

  private IndexedModel(
      StreamId id,
      boolean active,
      List<StreamId> interfaces,
      List<FieldIndex> indices,
      long filled,
      long fillUntil) {
    this.id = Objects.requireNonNull(id);
    this.active = active;
    this.interfaces = List.copyOf(interfaces);
    this.indices = List.copyOf(indices);
    this.filled = filled;
    this.fillUntil = fillUntil;
  }

  /** An active model without interfaces and indices, of which nothing is to be filled in. */
  public static IndexedModel of(StreamId id) {
    return new IndexedModel(id, true, List.of(), List.of(), 0, 0);
  }

  /** Whether its documents are kept up to date and may be asked for. */
  public IndexedModel withActive(boolean nowActive) {
    return new IndexedModel(id, nowActive, interfaces, indices, filled, fillUntil);
  }

  /** With the interfaces it implements, those of interfaces too. */
  public IndexedModel withInterfaces(List<StreamId> implemented) {
    return new IndexedModel(id, active, implemented, indices, filled, fillUntil);
  }

  /** With the indices asked for. */
  public IndexedModel withIndices(List<FieldIndex> asked) {
    return new IndexedModel(id, active, interfaces, asked, filled, fillUntil);
  }

  /**
   * With how far documents from before it became active are filled in.
   *
   * @param reached position in the journal up to which that is done
   * @param until position up to which it is to be done
   */
  public IndexedModel withFill(long reached, long until) {
    return new IndexedModel(id, active, interfaces, indices, reached, until);
  }

  /** The model's stream. */
  public StreamId id() {
    return id;
  }

  /** Whether its documents are kept up to date and may be asked for. */
  public boolean active() {
    return active;
  }

  /** All interfaces it implements. */
  public List<StreamId> interfaces() {
    return interfaces;
  }

  /** The indices asked for. */
  public List<FieldIndex> indices() {
    return indices;
  }

  /** Position in the journal up to which documents are filled in. */
  public long filled() {
    return filled;
  }

  /** Position in the journal up to which documents are to be filled in. */
  public long fillUntil() {
    return fillUntil;
  }

  /** Whether documents from before it became active may be missing still. */
  public boolean filling() {
    return filled < fillUntil;
  }
}
