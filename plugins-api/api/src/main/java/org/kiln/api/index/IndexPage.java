package org.kiln.api.index;

import java.util.List;

/**
 * Documents in their order, also when the page was read backward.
 *
 * @param places where they stand, first one first
 * @param more whether there are more in the direction that was read
 */
public record IndexPage(List<IndexPlace> places, boolean more) {
  /** Copies the list. */
  public IndexPage {
    places = List.copyOf(places);
  }
}
