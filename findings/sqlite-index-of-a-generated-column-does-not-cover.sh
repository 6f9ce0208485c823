#!/usr/bin/env bash
# SQLite (sqlite-jdbc 3.54.1.0) never answers from an index alone when its column is generated, virtual or stored: count and list by such a
# column read the row behind every entry, while the same query over a plain column has a covering index. So a field of JSON that is made a
# column for the sake of an index costs what the documents weigh; EXPLAIN QUERY PLAN tells it by one missing word.
# Kiln adds virtual columns for the indices of a model, since ALTER TABLE adds no stored ones (extensions/index-sqlite, FieldIndexes): a page
# reads its twenty rows anyway, and a count by an indexed field pays for the rows it counts.
. "$(dirname "$0")/lib/seen.sh"
maven_jars org.xerial:sqlite-jdbc:3.54.1.0 org.slf4j:slf4j-nop:2.0.17
java_says <<'JAVA'
import java.sql.*;

public class Script {
  public static void main(String[] args) throws Exception {
    try (Connection c = DriverManager.getConnection("jdbc:sqlite::memory:"); Statement s = c.createStatement()) {
      String[][] columns = {
        {"plain", "v INT"},
        {"virt", "v INT AS (json_extract(doc, '$.v')) VIRTUAL"},
        {"stored", "v INT AS (json_extract(doc, '$.v')) STORED"}
      };
      for (String[] column : columns) {
        s.execute("CREATE TABLE " + column[0] + " (id INTEGER PRIMARY KEY, doc TEXT, " + column[1] + ")");
        s.execute("CREATE INDEX " + column[0] + "_v ON " + column[0] + " (v)");
      }
      for (String what : new String[] {"count(*) FROM %s WHERE v > 5", "v FROM %s WHERE v > 5", "v, id FROM %s ORDER BY v LIMIT 3"}) {
        for (String[] column : columns) {
          String query = "SELECT " + what.formatted(column[0]);
          try (ResultSet plan = s.executeQuery("EXPLAIN QUERY PLAN " + query)) {
            plan.next();
            System.out.println(query + ": " + plan.getString("detail"));
          }
        }
      }
    }
  }
}
JAVA
seen <<'SAID'
SELECT count(*) FROM plain WHERE v > 5: SEARCH plain USING COVERING INDEX plain_v (v>?)
SELECT count(*) FROM virt WHERE v > 5: SEARCH virt USING INDEX virt_v (v>?)
SELECT count(*) FROM stored WHERE v > 5: SEARCH stored USING INDEX stored_v (v>?)
SELECT v FROM plain WHERE v > 5: SEARCH plain USING COVERING INDEX plain_v (v>?)
SELECT v FROM virt WHERE v > 5: SEARCH virt USING INDEX virt_v (v>?)
SELECT v FROM stored WHERE v > 5: SEARCH stored USING INDEX stored_v (v>?)
SELECT v, id FROM plain ORDER BY v LIMIT 3: SCAN plain USING COVERING INDEX plain_v
SELECT v, id FROM virt ORDER BY v LIMIT 3: SCAN virt USING INDEX virt_v
SELECT v, id FROM stored ORDER BY v LIMIT 3: SCAN stored USING INDEX stored_v
SAID
