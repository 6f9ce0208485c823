package org.kiln.core.consensus;

import java.util.Comparator;
import org.kiln.api.ipld.Cid;

/** The order of tips that decides when everything else is equal; the smaller one wins. */
public enum TieBreak {
  /**
   * What deployed js-ceramic nodes show: the binary CIDs written as decimal numbers joined by
   * commas, compared as text. There {@code 142} comes before {@code 39}.
   */
  JS_CERAMIC(TieBreak::compareAsDecimalText),

  /** What the protocol's text says: the binary CIDs, bytewise. */
  SPEC(Comparator.naturalOrder());

  private final Comparator<Cid> order;

  TieBreak(Comparator<Cid> order) {
    this.order = order;
  }

  /** The order. */
  public Comparator<Cid> order() {
    return order;
  }

  private static int compareAsDecimalText(Cid left, Cid right) {
    byte[] a = left.bytes();
    byte[] b = right.bytes();
    int shared = Math.min(a.length, b.length);
    for (int i = 0; i < shared; i++) {
      if (a[i] != b[i]) {
        // Up to here the texts are equal, and the comma that may follow sorts below every digit, as
        // does the end of the text: the two numbers alone decide.
        return Integer.toString(a[i] & 0xff).compareTo(Integer.toString(b[i] & 0xff));
      }
    }
    return Integer.compare(a.length, b.length);
  }
}
