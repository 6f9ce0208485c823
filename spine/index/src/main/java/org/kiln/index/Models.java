package org.kiln.index;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.stream.StreamId;

/** The models there were at one moment. Immutable. */
final class Models {
  private final Map<StreamId, IndexedModel> byId;

  private Models(Map<StreamId, IndexedModel> byId) {
    this.byId = byId;
  }

  static Models of(List<IndexedModel> all) {
    Map<StreamId, IndexedModel> byId = new LinkedHashMap<>();
    all.forEach(model -> byId.put(model.id(), model));
    return new Models(byId);
  }

  /** With these in the place of what was known of them. */
  Models with(List<IndexedModel> written) {
    Map<StreamId, IndexedModel> copy = new LinkedHashMap<>(byId);
    written.forEach(model -> copy.put(model.id(), model));
    return new Models(copy);
  }

  Optional<IndexedModel> find(StreamId id) {
    return Optional.ofNullable(byId.get(id));
  }

  boolean isActive(StreamId id) {
    IndexedModel model = byId.get(id);
    return model != null && model.active();
  }

  List<IndexedModel> active() {
    return byId.values().stream().filter(IndexedModel::active).toList();
  }

  List<IndexedModel> filling() {
    return byId.values().stream().filter(m -> m.active() && m.filling()).toList();
  }

  List<IndexedModel> all() {
    return List.copyOf(byId.values());
  }

  /**
   * The models whose documents are meant: an interface stands for what implements it.
   *
   * @return empty when it is neither indexed nor an interface of a model that ever was
   */
  Optional<Set<StreamId>> meant(StreamId asked) {
    if (isActive(asked)) {
      return Optional.of(Set.of(asked));
    }
    List<IndexedModel> implementing = new ArrayList<>();
    for (IndexedModel model : byId.values()) {
      if (model.interfaces().contains(asked)) {
        implementing.add(model);
      }
    }
    if (implementing.isEmpty()) {
      return Optional.empty();
    }
    Set<StreamId> meant = new TreeSet<>();
    implementing.stream().filter(IndexedModel::active).forEach(model -> meant.add(model.id()));
    return Optional.of(meant);
  }
}
