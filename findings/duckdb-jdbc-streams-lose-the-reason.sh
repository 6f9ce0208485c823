#!/usr/bin/env bash
# duckdb_jdbc 2.0.0.1: with jdbc_stream_results=true a query that fails while its rows are made says "Invalid result set", wherever that happens;
# without it the same query names the value and the type. One would guess that streaming changes when an error comes, not what it says.
# Kiln makes an answer whole before it is sent (spine/tables), since a client must be told what is wrong with its query. A JDK with Maven.
. "$(dirname "$0")/lib/seen.sh"
maven_jars org.duckdb:duckdb_jdbc:2.0.0.1
java_says <<'JAVA'
import java.sql.*;
import java.util.Properties;

public class Script {
  public static void main(String[] a) throws Exception {
    String atOnce = "SELECT CAST(x AS INT) FROM (VALUES ('one')) t(x)";
    String late = "SELECT CAST(CASE WHEN i = 100000 THEN 'one' ELSE '1' END AS INT) FROM range(200000) t(i)";
    for (String streamed : new String[] {"false", "true"}) {
      Properties settings = new Properties();
      settings.setProperty("jdbc_stream_results", streamed);
      try (Connection connection = new org.duckdb.DuckDBDriver().connect("jdbc:duckdb:", settings)) {
        for (String sql : new String[] {atOnce, late}) {
          // One each: a statement that failed is closed.
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {}
            System.out.println("no error");
          } catch (SQLException e) {
            System.out.println("streamed " + streamed + ", fails " + (sql == late ? "late" : "at once") + ": "
                + e.getMessage().lines().findFirst().orElse("").replaceAll(" when casting.*", ""));
          }
        }
      }
    }
  }
}
JAVA
seen <<'OUT'
streamed false, fails at once: Conversion Error: Could not convert string 'one' to INT32
streamed false, fails late: Conversion Error: Could not convert string 'one' to INT32
streamed true, fails at once: Invalid Input Error: Invalid result set
streamed true, fails late: Invalid Input Error: Invalid result set
OUT
