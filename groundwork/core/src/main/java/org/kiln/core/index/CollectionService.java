package org.kiln.core.index;

import java.util.List;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;

/**
 * Documents by model: which models are indexed, and questions about their documents. A question
 * that begins after a write was acknowledged sees it; when the index is behind it is waited for, a
 * bounded time. A service, there while an index is. Thread-safe; blocks.
 */
public interface CollectionService {

  /**
   * A page of documents. An interface among the models stands for those that implement it and are
   * indexed.
   *
   * @throws StreamException INVALID when one of the models is not indexed; UNAVAILABLE, with the
   *     reason, when the index cannot answer truly in time
   */
  IndexPage page(IndexQuery query, Deadline deadline) throws StreamException;

  /**
   * How many documents there are; page and order do not count.
   *
   * @throws StreamException as {@link #page} does
   */
  long count(IndexQuery query, Deadline deadline) throws StreamException;

  /**
   * Begins to index models, all of them or none. Documents that are here already are filled in, in
   * the background. Of one that is indexed already, only indices are added.
   *
   * @throws StreamException INVALID when one cannot be indexed
   */
  void index(List<Wanted> models, Deadline deadline) throws StreamException;

  /**
   * Ends to index models, whether they are indexed or not. They can be indexed again.
   *
   * @throws StreamException UNAVAILABLE when that cannot be kept now
   */
  void stop(List<StreamId> models) throws StreamException;

  /**
   * The models that are indexed, in the order in which they came.
   *
   * @throws StreamException UNAVAILABLE when the index cannot be read now
   */
  List<IndexedModel> models() throws StreamException;

  /**
   * A model to index.
   *
   * @param model its stream
   * @param indices indices its documents are to have
   */
  record Wanted(StreamId model, List<FieldIndex> indices) {
    /** Copies the list. */
    public Wanted {
      indices = List.copyOf(indices);
    }
  }
}
