package org.kiln.net.kad;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.ContentRouting;

/** Asks the DHT of the internet and that of the local network at the same time. Thread-safe. */
public final class DualRouting implements ContentRouting {
  private final List<ContentRouting> both;

  /** Of those two. */
  public DualRouting(ContentRouting wan, ContentRouting lan) {
    this.both = List.of(wan, lan);
  }

  @Override
  public Map<PeerId, List<Multiaddr>> providers(Cid cid, int max, Deadline deadline) {
    BlockingQueue<Map<PeerId, List<Multiaddr>>> answers = new LinkedBlockingQueue<>();
    List<Thread> asking = new ArrayList<>();
    for (ContentRouting each : both) {
      asking.add(
          Thread.ofVirtual()
              .name("kad providers")
              .start(
                  () -> {
                    Map<PeerId, List<Multiaddr>> answer = Map.of();
                    try {
                      answer = each.providers(cid, max, deadline);
                    } finally {
                      answers.add(answer);
                    }
                  }));
    }
    Map<PeerId, List<Multiaddr>> found = new LinkedHashMap<>();
    try {
      for (int i = 0; i < both.size() && found.size() < max; i++) {
        // Each comes back by the deadline.
        for (Map.Entry<PeerId, List<Multiaddr>> one : answers.take().entrySet()) {
          if (found.size() < max || found.containsKey(one.getKey())) {
            found.merge(
                one.getKey(), one.getValue(), (first, other) -> first.isEmpty() ? other : first);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // Who has not answered need not go on looking.
      asking.forEach(Thread::interrupt);
    }
    return found;
  }

  @Override
  public int provide(Cid cid, Deadline deadline) {
    int told = 0;
    for (ContentRouting each : both) {
      told += each.provide(cid, deadline);
    }
    return told;
  }
}
