package org.kiln.http.v0;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;

/**
 * What a client asks of a collection, read from its JSON. Members that are not known do nothing.
 */
final class CollectionRequest {
  private static final int MOST = 1_000;
  private static final int MOST_SORT_KEYS = 16;

  private final JsonBody body;
  private final IndexQuery query;

  private CollectionRequest(JsonBody body, IndexQuery query) {
    this.body = body;
    this.query = query;
  }

  /**
   * Reads all but the page.
   *
   * @throws HttpProblem 400 with the text that clients know
   */
  static CollectionRequest of(JsonBody body) throws HttpProblem {
    IndexQuery query = IndexQuery.of(models(body)).where(filter(body));
    Optional<String> account = text(body, "account").filter(did -> !did.isEmpty());
    return new CollectionRequest(body, account.isEmpty() ? query : query.ofAccount(account.get()));
  }

  /** Everything that is so, for counting. */
  IndexQuery whole() {
    return query;
  }

  /** One page of it, sorted. */
  IndexQuery page() throws HttpProblem {
    List<SortKey> sorting = sorting();
    IndexQuery sorted = query.sortedBy(sorting);
    OptionalInt first = positive("first");
    OptionalInt last = positive("last");
    boolean backward = first.isEmpty();
    if (backward && last.isEmpty()) {
      throw invalid(
          "Can not parse pagination fields: either \"first\" or \"last\" should be positive"
              + " integers");
    }
    int most = backward ? last.getAsInt() : first.getAsInt();
    if (most > MOST) {
      throw invalid("Requested too many entries: " + most + ". Maximum is " + MOST);
    }
    IndexQuery page = backward ? sorted.last(most) : sorted.first(most);
    Optional<String> from = text(body, backward ? "before" : "after").filter(c -> !c.isEmpty());
    return from.isEmpty() ? page : page.after(PageCursor.of(sorting).place(from.get()));
  }

  private OptionalInt positive(String name) {
    return body.member(name).orElse(Ipld.NULL) instanceof Ipld.Int number
            && number.value().signum() > 0
            && number.value().bitLength() < Integer.SIZE
        ? OptionalInt.of(number.value().intValue())
        : OptionalInt.empty();
  }

  private List<SortKey> sorting() throws HttpProblem {
    List<SortKey> keys = new ArrayList<>();
    Ipld.Map sorting = object(body, "sorting").orElse(Ipld.Map.EMPTY);
    for (Map.Entry<String, Ipld> key : sorting.entries().entrySet()) {
      String order = key.getValue() instanceof Ipld.Text text ? text.value() : "";
      if (!order.equals("ASC") && !order.equals("DESC")) {
        throw invalid("The order of sorting field " + key.getKey() + " is neither ASC nor DESC");
      }
      keys.add(new SortKey(key.getKey(), order.equals("DESC")));
    }
    if (keys.size() > MOST_SORT_KEYS) {
      throw invalid("Sorted by " + keys.size() + " fields. Maximum is " + MOST_SORT_KEYS);
    }
    return keys;
  }

  private static Set<StreamId> models(JsonBody body) throws HttpProblem {
    Set<StreamId> models = new LinkedHashSet<>();
    Ipld asked = body.member("models").orElse(Ipld.list());
    if (!(asked instanceof Ipld.List list)) {
      throw invalid("\"models\" is not a list");
    }
    for (Ipld item : list.items()) {
      if (!(item instanceof Ipld.Text text)) {
        throw invalid("a member of \"models\" is not the text of a StreamID");
      }
      models.add(Ids.stream(text.value()));
    }
    if (models.isEmpty()) {
      String model =
          body.text("model")
              .orElseThrow(() -> Problems.invalid("Missing \"models\" values to execute query"));
      models.add(Ids.stream(model));
    }
    return models;
  }

  private static IndexFilter filter(JsonBody body) throws HttpProblem {
    Optional<Ipld.Map> filters = object(body, "queryFilters");
    if (filters.isPresent()) {
      return new FilterReader().read(filters.get());
    }
    List<IndexFilter> legacy = new ArrayList<>();
    Ipld.Map relations = object(body, "filter").orElse(Ipld.Map.EMPTY);
    for (Map.Entry<String, Ipld> relation : relations.entries().entrySet()) {
      legacy.add(FilterReader.equal(relation.getKey(), relation.getValue()));
    }
    return new IndexFilter.All(legacy);
  }

  /** What is of another kind is not taken for absent: more would be answered than was meant. */
  private static Optional<Ipld.Map> object(JsonBody body, String name) throws HttpProblem {
    Optional<Ipld> value = body.member(name);
    if (value.isPresent() && !(value.get() instanceof Ipld.Map)) {
      throw invalid("\"" + name + "\" is not an object");
    }
    return body.object(name);
  }

  private static Optional<String> text(JsonBody body, String name) throws HttpProblem {
    Optional<Ipld> value = body.member(name);
    if (value.isPresent() && !(value.get() instanceof Ipld.Text)) {
      throw invalid("\"" + name + "\" is not a text");
    }
    return body.text(name);
  }

  private static HttpProblem invalid(String message) {
    return Problems.invalid("Invalid input in collection request: " + message);
  }
}
