package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;

/** A database whose damage is found while it is in use. */
class DamageTest extends RoomScene {
  private static final int PAGE = 4096;
  private static final String ADVICE = "stop the node and run 'kiln rebuild --index'";

  @Test
  void shouldAnswerNothingMoreWhereDamageWasFoundUntilItIsMadeAnew() throws Exception {
    StreamId note = model("note");
    index(note);
    for (int n = 0; n < 200; n++) {
      document(note, "document " + n, Ipld.map("n", Ipld.of(n), "text", Ipld.of("marked")));
    }
    read();
    close();
    open();
    assertThat(room.models()).hasSize(1);
    damageRows();
    IndexQuery one =
        IndexQuery.of(Set.of(note))
            .where(new IndexFilter.Compare("n", Relation.EQUAL, Ipld.of(150)));

    for (IndexQuery query : List.of(one, IndexQuery.of(Set.of(note)))) {
      assertThatThrownBy(() -> room.count(query, PATIENCE))
          .isInstanceOfSatisfying(
              StreamException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
          .hasMessageContaining("malformed")
          .hasMessageEndingWith(ADVICE);
    }
    assertThat(room.trouble()).hasValueSatisfying(why -> assertThat(why).endsWith(ADVICE));
    document(note, "one more", Ipld.map());
    assertThatThrownBy(this::read).isInstanceOf(IndexException.class).hasMessageEndingWith(ADVICE);

    assertThat(room.rebuild((done, total) -> {})).isEqualTo(201);

    assertThat(room.count(one, PATIENCE)).isEqualTo(1);
    assertThat(room.reader().position()).isPresent();
    assertThat(room.trouble()).isEmpty();
  }

  /** Whoever opens it again need not come to where the damage is. */
  @Test
  void shouldKeepItOverARestartThatItIsDamaged() throws Exception {
    StreamId note = model("note");
    index(note);
    for (int n = 0; n < 200; n++) {
      document(note, "document " + n, Ipld.map("n", Ipld.of(n), "text", Ipld.of("marked")));
    }
    read();
    close();
    Path file = file();
    byte[] whole = Files.readAllBytes(file);
    open();
    assertThat(room.models()).hasSize(1);
    damageRows();
    IndexQuery all = IndexQuery.of(Set.of(note));
    IndexQuery one = all.where(new IndexFilter.Compare("n", Relation.EQUAL, Ipld.of(150)));
    assertThatThrownBy(() -> room.count(one, PATIENCE)).hasMessageContaining("malformed");
    close();
    Files.write(file, whole);

    for (int start = 0; start < 2; start++) {
      open();
      assertThatThrownBy(() -> room.count(all, PATIENCE))
          .isInstanceOfSatisfying(
              StreamException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
          .hasMessageContaining("malformed")
          .hasMessageContaining("found earlier")
          .hasMessageEndingWith(ADVICE);
      assertThat(room.trouble()).hasValueSatisfying(why -> assertThat(why).endsWith(ADVICE));
      close();
    }

    open();
    assertThat(room.rebuild((done, total) -> {})).isEqualTo(200);
    close();
    open();
    assertThat(room.count(all, PATIENCE)).isEqualTo(200);
  }

  /** It is not that one which was damaged. */
  @Test
  void shouldNotBlameAnotherEngineThatTakesThePlace() {
    DamageMark mark = new DamageMark(directory.resolve("index"), "a/../b");
    mark.put(new IndexException(IndexException.Kind.CORRUPT, "Page 7 is none", null));
    mark.put(new IndexException(IndexException.Kind.CORRUPT, "Page 8 is none", null));

    assertThat(mark.read()).hasValueSatisfying(e -> assertThat(e).hasMessageStartingWith("Page 7"));
    assertThat(new DamageMark(directory.resolve("index"), "sqlite").read()).isEmpty();
    mark.remove();
    assertThat(mark.read()).isEmpty();
  }

  private Path file() throws IOException {
    try (var files = Files.walk(directory)) {
      return files.filter(path -> path.toString().endsWith(".sqlite")).findAny().orElseThrow();
    }
  }

  private void damageRows() throws IOException {
    Path file = file();
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length; at += PAGE) {
      if (new String(bytes, at, PAGE, StandardCharsets.ISO_8859_1).contains("\"marked\"")) {
        Arrays.fill(bytes, at, at + PAGE, (byte) 0x55);
      }
    }
    Files.write(file, bytes);
  }
}
