package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.index.sqlite.SqliteBackend;

/** Documents that a database does not take hold up no other. */
class RefusedDocumentsTest extends RoomScene {
  private final Set<StreamId> refused = ConcurrentHashMap.newKeySet();

  @Override
  IndexBackend backend() {
    return new Choosy(new SqliteBackend(), refused);
  }

  @Test
  void shouldSetAsideThoseAloneThatAreRefused() throws Exception {
    StreamId note = model("note");
    index(note);
    List<StreamId> notes = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      notes.add(document(note, "note " + i, Ipld.map()));
    }
    refused.addAll(List.of(notes.get(2), notes.get(5)));

    read();

    assertThat(found(note))
        .containsExactly(notes.get(0), notes.get(1), notes.get(3), notes.get(4), notes.get(6));
    assertThat(room.owing()).isEqualTo(2);

    refused.clear();
    close();
    open();
    room.reader().position();
    Deadline deadline = Deadline.in(Duration.ofSeconds(60));
    while (room.owing() > 0 && !deadline.expired()) {
      Thread.onSpinWait();
    }
    assertThat(found(note)).isEqualTo(notes);
  }

  @Test
  void shouldFillInWhatWasBeforeWithoutThoseThatAreRefused() throws Exception {
    StreamId note = model("note");
    StreamId fine = document(note, "fine", Ipld.map());
    refused.add(document(note, "bad", Ipld.map()));
    read();

    index(note);

    assertThat(found(note)).containsExactly(fine);
    assertThat(room.owing()).isEqualTo(1);
  }

  /** Takes no batch with one of some documents. */
  private record Choosy(IndexBackend backend, Set<StreamId> refused) implements IndexBackend {
    @Override
    public String id() {
      return backend.id();
    }

    @Override
    public DocumentIndex open(IndexSpec spec) {
      DocumentIndex index = backend.open(spec);
      return (DocumentIndex)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {DocumentIndex.class},
              (self, method, values) -> {
                if (values != null && values[0] instanceof IndexBatch batch) {
                  check(batch);
                }
                try {
                  return method.invoke(index, values);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private void check(IndexBatch batch) {
      if (batch.documents().stream().map(IndexedDocument::stream).anyMatch(refused::contains)) {
        throw new IndexException(Kind.REFUSED, "The row is too long", null);
      }
    }
  }
}
