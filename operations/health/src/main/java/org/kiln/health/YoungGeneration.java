package org.kiln.health;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;

/**
 * Lets the serial collector's young generation grow when the node gets to work. That collector
 * gives it another size at full collections only; a node at rest is small with a small one, and one
 * that writes wants a large one, or what it keeps for a moment grows old. So there is one full
 * collection when the old generation holds more than a node at rest leaves there: a tenth of a
 * second, once. With other collectors it does nothing. Ends with {@link #close}.
 */
public final class YoungGeneration implements AutoCloseable {
  private static final String SERIAL_OLD = "Tenured Gen";

  private final NotificationEmitter memory =
      (NotificationEmitter) ManagementFactory.getMemoryMXBean();
  private final NotificationListener listener = this::hear;
  private final Optional<MemoryPoolMXBean> old;
  private final AtomicBoolean grown = new AtomicBoolean();

  /**
   * Starts to listen.
   *
   * @param atRestBytes what the old generation may hold without a collection
   */
  public YoungGeneration(long atRestBytes) {
    old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals(SERIAL_OLD))
            .filter(MemoryPoolMXBean::isUsageThresholdSupported)
            .filter(pool -> pool.getUsage().getMax() > atRestBytes)
            .findFirst();
    old.ifPresent(
        pool -> {
          memory.addNotificationListener(listener, null, null);
          pool.setUsageThreshold(atRestBytes);
        });
  }

  private void hear(Notification notification, Object nothing) {
    if (notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED)
        && grown.compareAndSet(false, true)) {
      System.gc();
    }
  }

  @Override
  public void close() {
    old.ifPresent(
        pool -> {
          grown.set(true);
          pool.setUsageThreshold(0);
          try {
            memory.removeNotificationListener(listener);
          } catch (ListenerNotFoundException e) {
            throw new IllegalStateException("Closed twice", e);
          }
        });
  }
}
