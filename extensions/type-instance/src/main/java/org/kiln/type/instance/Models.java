package org.kiln.type.instance;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;

/**
 * The Models in use, compiled. A Model never changes, so its StreamID is all there is to know it
 * by.
 */
final class Models {
  /** Kept, with their compiled schemas. */
  private static final long MAX_KILOBYTES = 81_920;

  private final Cache<StreamId, CompiledModel> compiled =
      Caffeine.newBuilder()
          .maximumWeight(MAX_KILOBYTES)
          .weigher((StreamId id, CompiledModel model) -> model.kilobytes())
          .executor(Runnable::run)
          .build();

  CompiledModel load(StreamId id, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    CompiledModel known = compiled.getIfPresent(id);
    if (known != null) {
      return known;
    }
    if (!(context.load(id).document().content() instanceof Ipld.Map content)) {
      throw new InvalidEventException("Model " + id + " has no definition");
    }
    CompiledModel model = CompiledModel.of(id, content, this, context.deadline());
    compiled.put(id, model);
    return model;
  }
}
