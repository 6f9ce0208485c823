package org.kiln.tables;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.duckdb.DuckDBConnection;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/**
 * Puts numbers for the names of parameters: the driver binds by number only. What is put together
 * here is parsed once more, and goes on only if it means what was asked.
 */
final class Numbered {
  private Numbered() {}

  private record Place(long at, long length, String name) {}

  static Syntax of(DuckDBConnection connection, Parsed asked) throws SqlRefusal, SQLException {
    return checked(connection, asked, text(asked));
  }

  /**
   * The text with numbers, taken for it only when it is one SELECT with exactly these parameters
   * and otherwise the same tree.
   */
  static Syntax checked(DuckDBConnection connection, Parsed asked, String text)
      throws SqlRefusal, SQLException {
    List<String> names = asked.names();
    List<String> numbers =
        IntStream.rangeClosed(1, names.size()).mapToObj(Integer::toString).toList();
    Parsed given = Parsed.of(connection, text);
    if (!given.names().equals(numbers)
        || !given
            .meaning()
            .equals(asked.meaning(name -> Integer.toString(names.indexOf(name) + 1)))) {
      throw unclear();
    }
    return new Syntax(text, names.stream().map(name -> "$" + name).toList(), given.node());
  }

  private static String text(Parsed asked) throws SqlRefusal {
    List<Place> places = new ArrayList<>();
    Syntax.walk(
        asked.node(),
        map -> {
          if (Syntax.isA(map, "VALUE_PARAMETER")) {
            places.add(
                new Place(
                    Parsed.number(map, "query_location"),
                    Parsed.number(map, "query_location_length"),
                    map.text("identifier").orElseThrow()));
          }
        });
    places.sort(Comparator.comparingLong(Place::at));
    byte[] sql = asked.sql().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int done = 0;
    for (Place place : places) {
      if (place.at() < done || place.length() < 1 || place.length() > sql.length - place.at()) {
        throw unclear();
      }
      int at = (int) place.at();
      int end = at + (int) place.length();
      String there = new String(sql, at, end - at, StandardCharsets.UTF_8);
      if (!there.equals("?") && !there.equalsIgnoreCase("$" + place.name())) {
        throw unclear();
      }
      text.write(sql, done, at - done);
      text.writeBytes(
          ("$" + (asked.names().indexOf(place.name()) + 1)).getBytes(StandardCharsets.UTF_8));
      done = end;
    }
    text.writeBytes(Arrays.copyOfRange(sql, done, sql.length));
    return text.toString(StandardCharsets.UTF_8);
  }

  private static SqlRefusal unclear() {
    return new SqlRefusal(
        Reason.INVALID,
        "It is not clear where the parameters are: write plain spaces (U+0020) between words,"
            + " no-break and other special ones only in quotes, and parameters as $name");
  }
}
