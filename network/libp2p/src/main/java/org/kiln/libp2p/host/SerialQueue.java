package org.kiln.libp2p.host;

import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after the other on a virtual thread that is there while there are any. */
final class SerialQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);

  private final String name;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  SerialQueue(String name) {
    this.name = name;
  }

  synchronized void add(Runnable task) {
    tasks.add(task);
    if (!running) {
      running = true;
      Thread.ofVirtual().name(name).start(this::run);
    }
  }

  private void run() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.warn("{} failed to take in a change of peers", name, e);
      }
    }
  }

  private synchronized Runnable next() {
    Runnable task = tasks.poll();
    running = task != null;
    return task;
  }
}
