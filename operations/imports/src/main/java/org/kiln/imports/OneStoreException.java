package org.kiln.imports;

/**
 * A store of another node that cannot be taken over, or no further; a sentence for the operator.
 */
public final class OneStoreException extends Exception {
  private static final long serialVersionUID = 1L;

  OneStoreException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
