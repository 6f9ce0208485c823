package org.kiln.net.recon.talk;

import org.kiln.net.recon.range.Key;

/** Which of the values a peer lacks it is given in one conversation. For one thread. */
@FunctionalInterface
public interface Offers {
  /** All of them. */
  Offers ALL = key -> Answer.SEND;

  /** What becomes of a value. */
  enum Answer {
    /** It is sent. */
    SEND,
    /** It is passed over. */
    HOLD_BACK,
    /** It is left to the next conversation, and so are all that come after it. */
    ENOUGH
  }

  /** Asked before a value is read; what is to be sent may still prove to be none. */
  Answer offer(Key key);

  /** A value is sent, as was answered. */
  default void sends(Key key) {}
}
