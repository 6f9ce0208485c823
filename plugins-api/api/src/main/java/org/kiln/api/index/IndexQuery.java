package org.kiln.api.index;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.stream.StreamId;

/** A question to an index. Immutable. */
public final class IndexQuery {
  private final Set<StreamId> models;
  private final Optional<String> account;
  private final IndexFilter filter;
  private final List<SortKey> sorting;
  private final Optional<IndexPlace> from;
  private final int most;
  private final boolean backward;

  private IndexQuery(
      Set<StreamId> models,
      Optional<String> account,
      IndexFilter filter,
      List<SortKey> sorting,
      Optional<IndexPlace> from,
      int most,
      boolean backward) {
    this.models = Set.copyOf(models);
    this.account = account;
    this.filter = Objects.requireNonNull(filter);
    this.sorting = List.copyOf(sorting);
    this.from = from;
    this.most = most;
    this.backward = backward;
  }

  /** The first document of those models, as it were: whoever wants more says so. */
  public static IndexQuery of(Set<StreamId> models) {
    return new IndexQuery(
        models, Optional.empty(), IndexFilter.EVERYTHING, List.of(), Optional.empty(), 1, false);
  }

  /** The same of other models. */
  public IndexQuery ofModels(Set<StreamId> others) {
    return new IndexQuery(others, account, filter, sorting, from, most, backward);
  }

  /** Only documents that this DID controls. */
  public IndexQuery ofAccount(String did) {
    return new IndexQuery(models, Optional.of(did), filter, sorting, from, most, backward);
  }

  /** Only documents like that. */
  public IndexQuery where(IndexFilter condition) {
    return new IndexQuery(models, account, condition, sorting, from, most, backward);
  }

  /** Sorted by these, the first one first. */
  public IndexQuery sortedBy(List<SortKey> keys) {
    return new IndexQuery(models, account, filter, keys, from, most, backward);
  }

  /** Only documents after a place, in the direction that is read. */
  public IndexQuery after(IndexPlace place) {
    return new IndexQuery(models, account, filter, sorting, Optional.of(place), most, backward);
  }

  /** That many from the begin on. */
  public IndexQuery first(int number) {
    return new IndexQuery(models, account, filter, sorting, from, number, false);
  }

  /** That many from the end on. */
  public IndexQuery last(int number) {
    return new IndexQuery(models, account, filter, sorting, from, number, true);
  }

  /** Of which models. */
  public Set<StreamId> models() {
    return models;
  }

  /** The DID that controls them, if it matters. */
  public Optional<String> account() {
    return account;
  }

  /** What they are like. */
  public IndexFilter filter() {
    return filter;
  }

  /** What they are sorted by before all else. */
  public List<SortKey> sorting() {
    return sorting;
  }

  /** The place to go on from. */
  public Optional<IndexPlace> from() {
    return from;
  }

  /** How many at most. */
  public int most() {
    return most;
  }

  /** Whether it is read from the end on. */
  public boolean backward() {
    return backward;
  }
}
