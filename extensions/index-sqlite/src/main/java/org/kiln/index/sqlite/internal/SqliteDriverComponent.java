package org.kiln.index.sqlite.internal;

import java.sql.Driver;
import org.kiln.index.sqlite.SqliteDriver;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Publishes the driver, under the property that OSGi's JDBC specification names drivers by. */
@Component(service = Driver.class, property = "osgi.jdbc.driver.class=org.sqlite.JDBC")
public final class SqliteDriverComponent extends SqliteDriver {
  /** Its native code goes with the bundle's own files. */
  @Activate
  public SqliteDriverComponent(BundleContext context) {
    super(context.getDataFile("native").toPath());
  }
}
