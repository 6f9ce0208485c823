package org.kiln.kit.index.sql;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A driver that is loaded announces itself to Java, which keeps it, and with it all classes of the
 * bundle it came in: each upgrade of the bundle would leave them behind.
 */
public final class Drivers {
  private Drivers() {}

  /** Those that came with the caller's bundle are kept no more; they can be used all the same. */
  public static void letGo() {
    ClassLoader own = Drivers.class.getClassLoader();
    for (Driver driver : DriverManager.drivers().toList()) {
      if (driver.getClass().getClassLoader() == own) {
        letGo(driver);
      }
    }
  }

  private static void letGo(Driver driver) {
    try {
      DriverManager.deregisterDriver(driver);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
