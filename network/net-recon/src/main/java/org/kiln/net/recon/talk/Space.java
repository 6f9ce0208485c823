package org.kiln.net.recon.talk;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.net.PeerId;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.KeySet;
import org.kiln.net.recon.wire.MessageLimits;
import org.kiln.net.recon.wire.ReconMessage;

/** Keys with values that nodes hold in common. Thread-safe; calls may block on the disk. */
public interface Space extends KeySet {
  /** The libp2p protocol it is spoken of by. */
  String protocol();

  /**
   * The libp2p protocol by which two of our make speak of it: values are bytes on the wire, not
   * lists of numbers, and who has something new says so without being asked.
   */
  default String ownProtocol() {
    return "/kiln" + protocol();
  }

  /** Whether keys are texts on the wire. */
  boolean hasTextKeys();

  /** How large messages may be. */
  MessageLimits limits();

  /** What this node wants to have, in the order of their starts. */
  List<KeyRange> interests();

  /**
   * Where the values lie that others build on. They are asked for before all others are: what comes
   * before what it builds on has to be looked at twice. Empty when each stands by itself.
   */
  default Optional<KeyRange> basis() {
    return Optional.empty();
  }

  /**
   * Walks the keys of a range in their order.
   *
   * @param sink answers whether to go on; may take its time
   */
  void scan(KeyRange range, Predicate<Key> sink);

  /** The value of a key; empty when there is none that others would take. */
  Optional<byte[]> value(Key key);

  /**
   * Keeps values, each of which lies in an interest, and comes back when they are on the disk. A
   * bad one costs itself alone.
   *
   * @param from who sent them
   */
  Taken take(List<ReconMessage.Value> values, PeerId from);

  /** A number that grows whenever a key is added, or what is wanted changes. */
  long version();
}
