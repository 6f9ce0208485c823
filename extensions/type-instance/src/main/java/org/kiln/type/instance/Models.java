package org.kiln.type.instance;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;

/**
 * The Models in use, compiled, each as of one of its events: what a document names as its {@code
 * modelVersion}, and the Model's first event when it names none.
 */
final class Models {
  /** Kept, with their compiled schemas. */
  private static final long MAX_KILOBYTES = 81_920;

  private final Cache<CommitId, CompiledModel> compiled =
      Caffeine.newBuilder()
          .maximumWeight(MAX_KILOBYTES)
          .weigher((CommitId id, CompiledModel model) -> model.kilobytes())
          .executor(Runnable::run)
          .build();

  CompiledModel load(CommitId version, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    CompiledModel known = compiled.getIfPresent(version);
    if (known != null) {
      return known;
    }
    StreamId id = version.stream();
    if (!(at(version, context).document().content() instanceof Ipld.Map content)) {
      throw new InvalidEventException("Model " + id + " has no definition");
    }
    CompiledModel model = CompiledModel.of(id, content, this, context.deadline());
    compiled.put(version, model);
    return model;
  }

  /** Few Models are ever updated: nearly always it is the one of now. */
  private static StreamState at(CommitId version, ApplyContext context)
      throws DependencyMissingException {
    StreamState now = context.load(version.stream());
    int last = now.log().size() - 1;
    while (last > 0 && now.log().get(last).kind() == LogEntry.Kind.TIME) {
      last--;
    }
    return now.log().get(last).cid().equals(version.event()) ? now : context.load(version);
  }
}
