package org.kiln.api.store;

import org.osgi.annotation.versioning.ProviderType;

/** Hears how a store is looked through. */
@ProviderType
public interface StoreCheck {

  /**
   * Something is not what was written.
   *
   * @param what a sentence: which file, where, how much
   */
  void damaged(String what);

  /**
   * So far it has come. May block, so that the work does not take the disk from others.
   *
   * @param bytes looked at since the last call
   */
  void looked(long bytes);
}
