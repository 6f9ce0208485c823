#!/usr/bin/env bash
# Arrow Flight SQL JDBC driver 18.3.0: getConnection succeeds, and isValid says true, where nobody listens; the first statement fails.
# With a user and a password it shakes hands at once, and fails. A connection test of a tool (a pool, DBeaver) without credentials
# therefore says nothing of the server. A JDK with Maven.
. "$(dirname "$0")/lib/seen.sh"
maven_jars org.apache.arrow:flight-sql-jdbc-driver:18.3.0
JAVA_TOOL_OPTIONS="--add-opens=java.base/java.nio=ALL-UNNAMED" java_says <<'JAVA'
import java.net.ServerSocket;
import java.sql.*;

class Script {
  public static void main(String[] a) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    String url = "jdbc:arrow-flight-sql://127.0.0.1:" + port + "/?useEncryption=false";
    try (Connection connection = DriverManager.getConnection(url)) {
      System.out.println("connected: " + !connection.isClosed());
      try {
        System.out.println("isValid: " + connection.isValid(2));
      } catch (SQLException e) {
        System.out.println("isValid: " + e.getClass().getSimpleName());
      }
      try (Statement statement = connection.createStatement()) {
        statement.executeQuery("select 1");
        System.out.println("query: answered");
      } catch (SQLException e) {
        System.out.println("query: " + e.getClass().getSimpleName());
      }
    }
    try (Connection connection = DriverManager.getConnection(url, "user", "word")) {
      System.out.println("with a user: connected");
    } catch (SQLException e) {
      System.out.println("with a user: " + e.getClass().getSimpleName());
    }
  }
}
JAVA
seen <<'OUT'
connected: true
isValid: true
query: SQLException
with a user: SQLException
OUT
