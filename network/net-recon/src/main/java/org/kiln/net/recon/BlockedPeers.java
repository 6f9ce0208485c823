package org.kiln.net.recon;

import java.util.HashSet;
import java.util.Set;
import org.kiln.api.net.PeerId;

/** Peers nothing is said to: those of the settings, and those an operator names. Thread-safe. */
public final class BlockedPeers {
  private final Set<PeerId> always;
  private volatile Set<PeerId> named;

  /**
   * Before anybody changes them.
   *
   * @param always those of the settings
   * @param named those that were named before
   */
  public BlockedPeers(Set<PeerId> always, Set<PeerId> named) {
    this.always = Set.copyOf(always);
    this.named = Set.copyOf(named);
  }

  /** Whether nothing is said to that peer. */
  public boolean has(PeerId peer) {
    return always.contains(peer) || named.contains(peer);
  }

  /** Whether that is a setting, which only a new start changes. */
  public boolean isSetting(PeerId peer) {
    return always.contains(peer);
  }

  /** All of them. */
  public Set<PeerId> all() {
    Set<PeerId> all = new HashSet<>(always);
    all.addAll(named);
    return all;
  }

  synchronized void add(PeerId peer) {
    Set<PeerId> more = new HashSet<>(named);
    more.add(peer);
    named = Set.copyOf(more);
  }

  /** Answers whether it was one of those that are named. */
  synchronized boolean remove(PeerId peer) {
    Set<PeerId> fewer = new HashSet<>(named);
    boolean was = fewer.remove(peer);
    named = Set.copyOf(fewer);
    return was;
  }
}
