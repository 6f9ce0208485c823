package org.kiln.http.v0;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Json;

/**
 * Places in the order of a query as text: base64url of a JSON object, as js-ceramic's are. Unlike
 * those they hold the whole place and say which order it is of. Immutable.
 */
final class PageCursor {
  private static final int MAX_CHARS = 64 << 10;

  /** As written by the query: {@code [field, "ASC" or "DESC", …]}. */
  private final Ipld order;

  private final int keys;

  private PageCursor(Ipld order, int keys) {
    this.order = order;
    this.keys = keys;
  }

  static PageCursor of(List<SortKey> sorting) {
    List<Ipld> order = new ArrayList<>();
    for (SortKey key : sorting) {
      order.add(Ipld.of(key.field()));
      order.add(Ipld.of(key.descending() ? "DESC" : "ASC"));
    }
    return new PageCursor(new Ipld.List(order), sorting.size());
  }

  String text(IndexPlace place) {
    Ipld.Map cursor =
        keys == 0
            ? Ipld.map(
                "type", Ipld.of("timestamp"),
                "id", Ipld.of(place.stream().toString()),
                "value", Ipld.of(place.created()))
            : Ipld.map(
                "type", Ipld.of("content"),
                "id", Ipld.of(place.stream().toString()),
                "order", order,
                "value", new Ipld.List(place.keys()),
                "created", Ipld.of(place.created()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(cursor));
  }

  /**
   * The place that a cursor names.
   *
   * @throws HttpProblem 400 when it is no cursor of a query in this order
   */
  IndexPlace place(String text) throws HttpProblem {
    if (text.length() > MAX_CHARS) {
      throw invalid("it is longer than any");
    }
    Ipld.Map cursor = read(text);
    boolean sorted = cursor.text("type").filter("content"::equals).isPresent();
    if (!sorted && cursor.text("type").filter("timestamp"::equals).isEmpty()) {
      throw invalid("it is of no known type");
    }
    if (sorted != keys > 0 || sorted && !cursor.get("order").filter(order::equals).isPresent()) {
      throw invalid("it is of a query with another sorting");
    }
    StreamId stream = Ids.stream(cursor.text("id").orElse(""));
    long created = number(cursor.get(sorted ? "created" : "value").orElse(Ipld.NULL));
    return new IndexPlace(sorted ? values(cursor) : List.of(), created, stream);
  }

  private static Ipld.Map read(String text) throws HttpProblem {
    try {
      byte[] json = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
      return Json.parseMap(json);
    } catch (IllegalArgumentException | CodecException e) {
      throw invalid(e.getMessage());
    }
  }

  private List<Ipld> values(Ipld.Map cursor) throws HttpProblem {
    if (!(cursor.entries().get("value") instanceof Ipld.List list) || list.items().size() != keys) {
      throw invalid("it has not a value for each field that is sorted by");
    }
    for (Ipld value : list.items()) {
      boolean other =
          value instanceof Ipld.List one
              && !(one.items().size() == 1 && one.items().get(0) instanceof Ipld.Text);
      if (other || value instanceof Ipld.Map) {
        throw invalid("it has a value that nothing is sorted by");
      }
    }
    return list.items();
  }

  private static long number(Ipld value) throws HttpProblem {
    if (value instanceof Ipld.Int number && number.value().bitLength() < Long.SIZE) {
      return number.value().longValue();
    }
    throw invalid("it has no place");
  }

  private static HttpProblem invalid(String why) {
    return Problems.invalid(
        "Invalid input in collection request: the cursor cannot be used, " + why);
  }
}
