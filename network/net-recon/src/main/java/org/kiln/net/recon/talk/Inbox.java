package org.kiln.net.recon.talk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.net.PeerId;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.wire.ReconException;
import org.kiln.net.recon.wire.ReconMessage;

/**
 * Values that have come in and are kept many at a time: by who hears them, so that nothing more is
 * read meanwhile. For one thread.
 */
final class Inbox {
  private final Space space;
  private final PeerId from;
  private final TalkLimits limits;
  private final List<KeyRange> wanted;
  private final List<ReconMessage.Value> held = new ArrayList<>();
  private long heldBytes;
  private Taken taken = Taken.NOTHING;

  /** For values that lie in one of those ranges. */
  Inbox(Space space, List<KeyRange> wanted, PeerId from, TalkLimits limits) {
    this.space = space;
    this.from = from;
    this.limits = limits;
    this.wanted = wanted;
  }

  /** Takes a value. */
  void add(ReconMessage.Value value) throws ReconException {
    if (wanted.stream().noneMatch(range -> range.contains(value.key()))) {
      refuse("Nobody asked for key " + shown(value.key()));
      return;
    }
    held.add(value);
    heldBytes += value.value().length;
    if (held.size() >= limits.batch() || heldBytes >= limits.batchBytes()) {
      keep();
    }
  }

  /** Counts a value that was too large to be read. */
  void add(ReconMessage.TooLarge value) throws ReconException {
    refuse("The value of key " + shown(value.key()) + " has " + value.bytes() + " bytes");
  }

  private static String shown(Key key) {
    String text = key.toString();
    return text.length() <= 160 ? text : text.substring(0, 160) + "…";
  }

  private void refuse(String complaint) throws ReconException {
    count(new Taken(0, 1, Optional.of(complaint)));
  }

  /** Keeps what is held. */
  void keep() throws ReconException {
    if (!held.isEmpty()) {
      List<ReconMessage.Value> values = List.copyOf(held);
      held.clear();
      heldBytes = 0;
      count(space.take(values, from));
    }
  }

  private void count(Taken more) throws ReconException {
    taken = taken.plus(more);
    if (taken.bad() > limits.bad()) {
      throw new ReconException(
          "More than "
              + limits.bad()
              + " values of one conversation are bad, the first: "
              + taken.complaint().orElse(""));
    }
  }

  /** What became of all so far. */
  Taken taken() {
    return taken;
  }
}
