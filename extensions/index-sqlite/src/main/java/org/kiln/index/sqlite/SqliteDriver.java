package org.kiln.index.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import org.sqlite.JDBC;

/**
 * The driver in this bundle for other rooms that must read an SQLite file: with its native code it
 * is too large to be carried twice. Thread-safe.
 */
public class SqliteDriver implements Driver {
  private final Driver driver = new JDBC();
  private final Path nativeFolder;

  /**
   * The driver.
   *
   * @param nativeFolder where its native code is unpacked when no index was opened before
   */
  public SqliteDriver(Path nativeFolder) {
    this.nativeFolder = nativeFolder;
  }

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    try {
      NativePlace.prepare(nativeFolder);
    } catch (IOException e) {
      throw new SQLException("SQLite's native code cannot be unpacked: " + e, e);
    }
    return driver.connect(url, info);
  }

  @Override
  public boolean acceptsURL(String url) throws SQLException {
    return driver.acceptsURL(url);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
    return driver.getPropertyInfo(url, info);
  }

  @Override
  public int getMajorVersion() {
    return driver.getMajorVersion();
  }

  @Override
  public int getMinorVersion() {
    return driver.getMinorVersion();
  }

  @Override
  public boolean jdbcCompliant() {
    return driver.jdbcCompliant();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return driver.getParentLogger();
  }
}
