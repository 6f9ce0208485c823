package org.kiln.http.v0;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.DagJson;

/**
 * Places in the order of a query as text: base64url of a JSON object, as js-ceramic's are. Unlike
 * those they hold the whole place and say which order it is of; its numbers are exact. Immutable.
 */
final class PageCursor {
  private static final int HASH_BYTES = 8;

  /** Names the order of the query: a cursor is to be short whatever its fields are called. */
  private final String order;

  private final int keys;

  private PageCursor(String order, int keys) {
    this.order = order;
    this.keys = keys;
  }

  static PageCursor of(List<SortKey> sorting) {
    List<Ipld> order = new ArrayList<>();
    for (SortKey key : sorting) {
      order.add(Ipld.of(key.field()));
      order.add(Ipld.of(key.descending() ? "DESC" : "ASC"));
    }
    return new PageCursor(hash(DagJson.write(new Ipld.List(order))), sorting.size());
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] whole = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(whole, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
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
                "order", Ipld.of(order),
                "value", new Ipld.List(place.keys()),
                "created", Ipld.of(place.created()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(DagJson.write(cursor));
  }

  /**
   * The place that a cursor names.
   *
   * @throws HttpProblem 400 when it is no cursor of a query in this order
   */
  IndexPlace place(String text) throws HttpProblem {
    Ipld.Map cursor = read(text);
    boolean sorted = cursor.text("type").filter("content"::equals).isPresent();
    if (!sorted && cursor.text("type").filter("timestamp"::equals).isEmpty()) {
      throw invalid("it is of no known type");
    }
    if (sorted != keys > 0 || sorted && !cursor.text("order").filter(order::equals).isPresent()) {
      throw invalid("it is of a query with another sorting");
    }
    StreamId stream = Ids.stream(cursor.text("id").orElse(""));
    long created = number(cursor.get(sorted ? "created" : "value").orElse(Ipld.NULL));
    return new IndexPlace(sorted ? values(cursor) : List.of(), created, stream);
  }

  private static Ipld.Map read(String text) throws HttpProblem {
    try {
      byte[] json = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
      if (DagJson.parse(json) instanceof Ipld.Map map) {
        return map;
      }
      throw invalid("it is no object");
    } catch (IllegalArgumentException | CodecException e) {
      throw invalid(e.getMessage());
    }
  }

  private List<Ipld> values(Ipld.Map cursor) throws HttpProblem {
    if (!(cursor.entries().get("value") instanceof Ipld.List list) || list.items().size() != keys) {
      throw invalid("it has not a value for each field that is sorted by");
    }
    for (Ipld value : list.items()) {
      boolean known =
          switch (value) {
            case Ipld.Null ignored -> true;
            case Ipld.Bool ignored -> true;
            case Ipld.Int ignored -> true;
            case Ipld.Float64 ignored -> true;
            case Ipld.Text ignored -> true;
            default -> value.equals(IndexPlace.OTHER);
          };
      if (!known) {
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
