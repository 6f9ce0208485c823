package org.kiln.net.kad.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.kiln.api.ipld.Cid;
import org.kiln.core.stream.StreamPins;
import org.kiln.net.kad.Kademlia;
import org.kiln.net.kad.Providing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one DHT needs done from time to time: its table, and to be told what is pinned here. */
final class TableMaintenance {
  private static final Logger LOG = LoggerFactory.getLogger(TableMaintenance.class);
  private static final int TICK_S = 5;
  private static final int REFRESH_S = 600;
  private static final int PROVIDE_S = 60;

  private final Kademlia kad;
  private final Providing providing;
  private final StreamPins pins;
  private final ScheduledExecutorService work =
      Executors.newScheduledThreadPool(2, Thread.ofPlatform().daemon().name("kad").factory());
  private int known;

  TableMaintenance(Kademlia kad, StreamPins pins) {
    this.kad = kad;
    this.providing = new Providing(kad);
    this.pins = pins;
    repeat(work, this::tick, TICK_S);
    repeat(work, kad::refresh, REFRESH_S);
    repeat(work, this::provide, PROVIDE_S);
  }

  static void repeat(ScheduledExecutorService work, Runnable task, int everySeconds) {
    work.scheduleWithFixedDelay(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            LOG.warn("Looking after Kademlia failed", e);
          }
        },
        everySeconds,
        everySeconds,
        TimeUnit.SECONDS);
  }

  private void tick() {
    kad.tick();
    int size = kad.tableSize();
    if (known == 0 && size > 0) {
      // The first server has come: it knows further ones.
      kad.refresh();
    }
    known = size;
  }

  private void provide() {
    if (kad.tableSize() > 0) {
      List<Cid> pinned = new ArrayList<>();
      pins.scanPins(
          stream -> {
            pinned.add(stream.init());
            return true;
          });
      providing.round(pinned);
    }
  }

  void stop() {
    work.shutdownNow();
  }
}
