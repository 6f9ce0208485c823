package org.kiln.api.store;

import org.osgi.annotation.versioning.ProviderType;

/** Takes what can still be read of a damaged store. */
@ProviderType
public interface StoreSalvage {

  /**
   * A value that was written once, into whatever table under whatever key. In no order; perhaps an
   * old one, perhaps twice, perhaps not what was written: who takes it must be able to tell.
   */
  void value(byte[] value);

  /**
   * Something cannot be read any more.
   *
   * @param what a sentence: which file, where, how much
   */
  void lost(String what);
}
