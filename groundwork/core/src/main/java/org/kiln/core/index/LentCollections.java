package org.kiln.core.index;

import java.util.List;
import java.util.Objects;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.lending.Lease;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;

/**
 * The collections there are at the time of each call: the index may come, go and be replaced while
 * faces stay. A call under way is waited for by an index that goes. Without one every call is
 * refused as UNAVAILABLE. Thread-safe.
 */
public final class LentCollections implements CollectionService {
  private final OptionalService<CollectionService> service;

  /** Those of that service. */
  public LentCollections(OptionalService<CollectionService> service) {
    this.service = Objects.requireNonNull(service);
  }

  private interface Call<T> {
    T of(CollectionService collections) throws StreamException;
  }

  private <T> T lent(Call<T> call) throws StreamException {
    try (Lease<CollectionService> lease = service.borrow()) {
      if (lease == null) {
        throw new StreamException(Reason.UNAVAILABLE, "The index of documents is not there now");
      }
      return call.of(lease.service());
    }
  }

  @Override
  public IndexPage page(IndexQuery query, Deadline deadline) throws StreamException {
    return lent(collections -> collections.page(query, deadline));
  }

  @Override
  public long count(IndexQuery query, Deadline deadline) throws StreamException {
    return lent(collections -> collections.count(query, deadline));
  }

  @Override
  public void index(List<Wanted> models, Deadline deadline) throws StreamException {
    lent(
        collections -> {
          collections.index(models, deadline);
          return true;
        });
  }

  @Override
  public void stop(List<StreamId> models) throws StreamException {
    lent(
        collections -> {
          collections.stop(models);
          return true;
        });
  }

  @Override
  public List<IndexedModel> models() throws StreamException {
    return lent(CollectionService::models);
  }
}
