package org.kiln.health;

import java.lang.management.ManagementFactory;
import java.util.OptionalInt;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The platform threads that carry virtual ones. Java 24 and newer tell and change their number, by
 * the MXBean {@code jdk.management:type=VirtualThreadScheduler}. Nothing of JMX is loaded before
 * the first call. Thread-safe.
 */
final class Carriers {
  private static final String NAME = "jdk.management:type=VirtualThreadScheduler";
  private static final String PARALLELISM = "Parallelism";

  /** How many run at once; empty where this Java does not say. */
  OptionalInt number() {
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      ObjectName name = new ObjectName(NAME);
      return server.isRegistered(name)
          ? OptionalInt.of((Integer) server.getAttribute(name, PARALLELISM))
          : OptionalInt.empty();
    } catch (JMException e) {
      return OptionalInt.empty();
    }
  }

  /** Lets that many run at once. */
  void number(int carriers) throws JMException {
    ManagementFactory.getPlatformMBeanServer()
        .setAttribute(new ObjectName(NAME), new Attribute(PARALLELISM, carriers));
    // The scheduler makes a carrier when a thread comes to an empty queue, and there is a queue for
    // every few platform threads: one that is stuck is passed by from others (seen with Java 25).
    for (int i = 0; i < carriers; i++) {
      Thread.ofPlatform()
          .daemon()
          .name("kiln-carriers-" + i)
          .start(() -> Thread.ofVirtual().start(() -> {}));
    }
  }
}
