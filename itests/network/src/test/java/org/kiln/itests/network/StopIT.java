package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;

/** A node that is stopped while peers are connected says nothing, nor do they. */
@Timeout(600)
class StopIT {
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Author author = new Author(new byte[32]);
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private Kiln kiln(String name, String... peers) throws Exception {
    Kiln kiln = new Kiln(folder.resolve(name), author, peers);
    open.add(kiln);
    return kiln;
  }

  @Test
  void shouldStopWithoutAWordWhileTheyTalk() throws Exception {
    Kiln one = kiln("one");
    Kiln two = kiln("two", one.address());
    meet(one, two);
    stop(one, two);
    // And the one that is left, whose peer has gone for good and is dialled in vain.
    two.awaitGossipWith(0);
    stop(two, one);
  }

  /** Both speak of tips, give each other events and still have some to tell of. */
  private void meet(Kiln one, Kiln two) throws Exception {
    one.awaitGossipWith(1);
    two.awaitGossipWith(1);
    Ipld.Map content = Ipld.map("text", Ipld.of("told"));
    StreamId stream = one.create(0, author.tile(content, "first"));
    assertThat(two.client.get("/api/v0/streams/" + stream).ok()).isTrue();
    for (int i = 0; i < 20; i++) {
      one.create(0, author.tile(content, "further " + i));
    }
  }

  private static void stop(Kiln kiln, Kiln other) throws Exception {
    String before = kiln.process.output();
    String othersBefore = other.process.output();
    assertThat(kiln.process.stop()).isZero();
    assertThat(kiln.process.output()).as("said on the console").isEqualTo(before);
    assertThat(other.process.output()).as("said by its peer").isEqualTo(othersBefore);
    assertThat(kiln.process.complaints()).isEmpty();
    assertThat(other.process.complaints()).isEmpty();
  }
}
