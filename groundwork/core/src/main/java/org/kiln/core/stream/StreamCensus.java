package org.kiln.core.stream;

import java.util.Map;
import org.kiln.api.stream.Dependency;

/** How many stream states need which extension, for those who look after plugins. */
public interface StreamCensus {

  /** The numbers, which may be half a minute old. */
  Count count();

  /** The numbers as they are now; reads every state there is, up to a bound. */
  Count countNow();

  /**
   * What was counted.
   *
   * @param byNeed states by what they need: a stream type, a DID method, a chain
   * @param complete false when not all states could be looked at: there are too many, or some are
   *     damaged
   * @param countedAt unix milliseconds
   */
  record Count(Map<Dependency, Long> byNeed, boolean complete, long countedAt) {
    /** How many states need this. */
    public long of(Dependency need) {
      return byNeed.getOrDefault(need, 0L);
    }
  }
}
