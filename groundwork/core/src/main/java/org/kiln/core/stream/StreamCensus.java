package org.kiln.core.stream;

import java.util.Map;

/** How many stream states need which extension, for those who look after plugins. */
public interface StreamCensus {

  /** The numbers, which may be half a minute old. */
  Count count();

  /** The numbers as they are now; reads every state there is, up to a bound. */
  Count countNow();

  /**
   * What was counted.
   *
   * @param byNeed states by need: {@code stream-type:3}, {@code did-method:key}, {@code chain:…}
   * @param complete false when not all states could be looked at: there are too many, or some are
   *     damaged
   * @param countedAt unix milliseconds
   */
  record Count(Map<String, Long> byNeed, boolean complete, long countedAt) {
    /** How many states need this. */
    public long of(String need) {
      return byNeed.getOrDefault(need, 0L);
    }
  }
}
