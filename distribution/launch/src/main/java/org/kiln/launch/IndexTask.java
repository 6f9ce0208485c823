package org.kiln.launch;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes the index of documents anew from the streams, for {@code kiln rebuild --index}; a service
 * of a bundle.
 */
@ProviderType
public interface IndexTask {
  /**
   * What came of it.
   *
   * @param models that are indexed
   * @param documents of them that queries find
   * @param owed streams that cannot be read now
   */
  record Report(long models, long documents, long owed) {}

  /**
   * Runs to the end. Which models are indexed stays as it is, unless damage has taken that too.
   *
   * @param progress hears of entries of the journal
   * @throws TaskFailedException when the index cannot be written; what was not made is made when
   *     the node runs
   */
  Report rebuildIndex(Progress progress) throws TaskFailedException;
}
