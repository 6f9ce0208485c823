#!/usr/bin/env bash
# duckdb_jdbc 2.0.0.1: a statement with $name parameters is prepared, and its metadata counts them; JDBC has no call that binds by name, and
# bound by number its execution fails, with the numbers as "excess". One would guess that the first name is parameter 1, as metadata says.
# The same statement with $1 and $2 works, in whichever order they stand.
# Kiln puts numbers into the text in the place of names (spine/tables, Syntax). A JDK with Maven.
. "$(dirname "$0")/lib/seen.sh"
maven_jars org.duckdb:duckdb_jdbc:2.0.0.1
java_says <<'JAVA'
import java.sql.*;
import java.util.Properties;

public class Script {
  public static void main(String[] a) throws Exception {
    try (Connection connection = new org.duckdb.DuckDBDriver().connect("jdbc:duckdb:", new Properties())) {
      for (String sql : new String[] {"SELECT $second - $first", "SELECT $2 - $1", "SELECT ? - ?"}) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
          System.out.println(sql + ": parameters " + statement.getParameterMetaData().getParameterCount());
          statement.setInt(1, 3);
          statement.setInt(2, 10);
          try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            System.out.println("  3 and 10 bound: " + rows.getInt(1));
          }
        } catch (SQLException e) {
          System.out.println("  " + e.getMessage().lines().findFirst().orElse(""));
        }
      }
    }
  }
}
JAVA
seen <<'OUT'
SELECT $second - $first: parameters 2
  Invalid Input Error: Parameter argument/count mismatch, identifiers of the excess parameters: 1, 2
SELECT $2 - $1: parameters 2
  3 and 10 bound: 7
SELECT ? - ?: parameters 2
  3 and 10 bound: -7
OUT
