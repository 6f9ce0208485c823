package org.kiln.sample.guestbook;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamList;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamWriter;
import org.kiln.api.stream.WriteRefusedException;
import org.kiln.kit.ipld.DagCbor;
import org.kiln.kit.ipld.Json;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code POST /guestbook} with {@code {"name": …, "text": …}} adds an entry to this node's guest
 * book, a tile of the plugin's own account; {@code GET /guestbook?after=STREAM} lists the guest
 * books that this node knows, its own and others'. Thread-safe: guests who come at once write one
 * after the other, and whoever else writes meanwhile is told apart by the stream's tip.
 */
@Component
public final class Guestbook implements HttpRoute {
  private static final int TILE = 0;
  private static final String FAMILY = "guestbook";
  private static final int MAX_TEXT = 1_000;
  private static final int MAX_ENTRIES = 100;
  private static final int MAX_TRIES = 8;
  private static final int LOOKED_AT = 10_000;
  private static final int LISTED = 50;

  private final Account account;
  private final StreamWriter writer;
  private final StreamList list;

  /** Who holds it writes: on the same tip all but one of the guests would be refused. */
  private final ReentrantLock pen = new ReentrantLock(true);

  /** With an account in the plugin's own directory, which outlives upgrades. */
  @Activate
  public Guestbook(
      BundleContext context, @Reference StreamWriter writer, @Reference StreamList list)
      throws IOException {
    this(context.getDataFile("account").toPath(), writer, list);
  }

  Guestbook(Path account, StreamWriter writer, StreamList list) throws IOException {
    this.account = Account.in(account);
    this.writer = writer;
    this.list = list;
  }

  @Override
  public String pattern() {
    return "/guestbook";
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET", "POST");
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    return json(call.method().equals("POST") ? add(call) : all(call));
  }

  private static HttpReply json(Ipld value) {
    return HttpReply.json(Json.write(value));
  }

  private Ipld add(HttpCall call) throws HttpProblem {
    Ipld.Map body;
    try {
      body = Json.parseMap(call.body());
    } catch (CodecException e) {
      throw new HttpProblem(400, "not-json", e.getMessage());
    }
    Ipld.Map entry = Ipld.map("name", text(body, "name"), "text", text(body, "text"));
    takePen(call.deadline());
    try {
      StreamWriter.Options options = StreamWriter.Options.until(call.deadline());
      // The same bytes each time, so the stream is made once and found ever after.
      Block init = Block.of(Cid.DAG_CBOR, DagCbor.encode(Ipld.map("header", header())));
      StreamState book = writer.create(TILE, List.of(init), options.anchored(false));
      return shown(write(book, entry, options, call.deadline()));
    } catch (WriteRefusedException e) {
      throw problem(e);
    } finally {
      pen.unlock();
    }
  }

  private void takePen(Deadline deadline) throws HttpProblem {
    try {
      if (pen.tryLock(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new HttpProblem(503, "not-now", "Other guests are still writing", Retry.LATER, Map.of());
  }

  /** In terms of what the visitor can do: an entry, unlike an event, may be sent again. */
  private static HttpProblem problem(WriteRefusedException e) {
    return switch (e.reason()) {
      case CONFLICT, NOT_FOUND, UNAVAILABLE, BUSY, STORAGE ->
          new HttpProblem(
              503,
              "not-now",
              e.getMessage(),
              Retry.LATER,
              e.missing().map(missing -> Map.of("missing", missing.text())).orElse(Map.of()));
      case READ_ONLY -> new HttpProblem(403, "read-only", e.getMessage());
      case INVALID -> new HttpProblem(500, "not-written", e.getMessage());
    };
  }

  private static Ipld text(Ipld.Map body, String member) throws HttpProblem {
    return body.text(member)
        .filter(text -> !text.isBlank() && text.length() <= MAX_TEXT)
        .map(Ipld::of)
        .orElseThrow(
            () ->
                new HttpProblem(
                    400,
                    "bad-" + member,
                    member + " is a text of 1 to " + MAX_TEXT + " characters"));
  }

  private Ipld.Map header() {
    return Ipld.map("controllers", Ipld.list(Ipld.of(account.did())), "family", Ipld.of(FAMILY));
  }

  /** Whoever came in between has moved the tip: it is built on the new one. */
  private StreamState write(
      StreamState found, Ipld.Map entry, StreamWriter.Options options, Deadline deadline)
      throws WriteRefusedException {
    StreamState book = found;
    for (int i = 1; ; i++) {
      try {
        return writer.apply(book.id(), account.sign(change(book, entry)), options);
      } catch (WriteRefusedException e) {
        if (e.reason() != WriteRefusedException.Reason.CONFLICT || i == MAX_TRIES) {
          throw e;
        }
        deadline.throwIfExpired();
        Block init = Block.of(Cid.DAG_CBOR, DagCbor.encode(Ipld.map("header", header())));
        book = writer.create(TILE, List.of(init), options.anchored(false));
      }
    }
  }

  private static Ipld.Map change(StreamState book, Ipld.Map entry) {
    List<Ipld> entries = new ArrayList<>(entries(book));
    List<Ipld> patch = new ArrayList<>();
    if (entries.isEmpty()) {
      patch.add(operation("add", "/entries", Optional.of(Ipld.list(entry))));
    } else {
      if (entries.size() >= MAX_ENTRIES) {
        patch.add(operation("remove", "/entries/0", Optional.empty()));
      }
      patch.add(operation("add", "/entries/-", Optional.of(entry)));
    }
    return Ipld.map(
        "id",
        Ipld.of(book.id().init()),
        "prev",
        Ipld.of(book.tip()),
        "header",
        Ipld.Map.EMPTY,
        "data",
        new Ipld.List(patch));
  }

  private static Ipld operation(String op, String path, Optional<Ipld> value) {
    Ipld.Map operation = Ipld.map("op", Ipld.of(op), "path", Ipld.of(path));
    return value.map(v -> operation.with("value", v)).orElse(operation);
  }

  private static List<Ipld> entries(StreamState book) {
    return book.document().latestContent() instanceof Ipld.Map content
            && content.entries().get("entries") instanceof Ipld.List entries
        ? entries.items()
        : List.of();
  }

  private Ipld all(HttpCall call) throws HttpProblem {
    Optional<StreamId> after;
    try {
      after = call.query("after").map(StreamId::parse);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "not-a-stream-id", "after: " + e.getMessage());
    }
    List<Ipld> books = new ArrayList<>();
    Optional<StreamId> last =
        list.walk(
            after,
            LOOKED_AT,
            call.deadline(),
            state -> {
              if (state.document().metadata().text("family").equals(Optional.of(FAMILY))) {
                books.add(shown(state));
              }
              return books.size() < LISTED;
            });
    Ipld.Map page = Ipld.map("guestbooks", new Ipld.List(books));
    return last.map(id -> page.with("after", Ipld.of(id.toString()))).orElse(page);
  }

  private static Ipld shown(StreamState book) {
    return Ipld.map(
        "stream", Ipld.of(book.id().toString()), "entries", new Ipld.List(entries(book)));
  }
}
