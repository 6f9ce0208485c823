package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamWriter;
import org.kiln.api.stream.WriteRefusedException;
import org.kiln.api.stream.WriteRefusedException.Reason;
import org.kiln.kit.ipld.DagCbor;

class MemoryStreamsTest {
  private static final Deadline SOON = Deadline.in(Duration.ofHours(1));
  private static final StreamWriter.Options OPTIONS = StreamWriter.Options.until(SOON);

  private final MemoryStreams streams = new MemoryStreams();

  private static List<Block> init(String name) {
    Ipld.Map header = Ipld.map("controllers", Ipld.list(Ipld.of("did:key:" + name)));
    return List.of(Block.of(Cid.DAG_CBOR, DagCbor.encode(Ipld.map("header", header))));
  }

  private static List<Block> change(Cid prev, Ipld... operations) {
    Ipld.Map payload = Ipld.map("prev", Ipld.of(prev), "data", Ipld.list(operations));
    Block block = Block.of(Cid.DAG_CBOR, DagCbor.encode(payload));
    Ipld envelope = Ipld.map("payload", new Ipld.Bytes(block.cid().bytes()));
    return List.of(Block.of(Cid.DAG_JOSE, DagCbor.encode(envelope)), block);
  }

  private static Ipld add(String member, long value) {
    return Ipld.map("op", Ipld.of("add"), "path", Ipld.of("/" + member), "value", Ipld.of(value));
  }

  private Reason refused(StreamId stream, List<Block> event) {
    return catchThrowableOfType(
            WriteRefusedException.class, () -> streams.apply(stream, event, OPTIONS))
        .reason();
  }

  @Test
  void shouldWriteAndReadAsTheNodeDoes() throws Exception {
    StreamState made = streams.create(0, init("a"), OPTIONS);
    assertThat(streams.create(0, init("a"), OPTIONS)).as("found again").isSameAs(made);
    List<Block> change = change(made.tip(), add("n", 1));
    StreamState changed = streams.apply(made.id(), change, OPTIONS);
    assertThat(changed.document().content()).isEqualTo(Ipld.map("n", Ipld.of(1)));
    assertThat(changed.log()).hasSize(2);
    assertThat(streams.apply(made.id(), change, OPTIONS)).as("known already").isSameAs(changed);
    assertThat(streams.load(new StreamRef(made.id(), Optional.empty()), SOON)).isEqualTo(changed);
    StreamRef other = new StreamRef(StreamId.of(0, changed.tip()), Optional.empty());
    assertThatThrownBy(() -> streams.load(other, SOON))
        .isInstanceOf(DependencyMissingException.class);
  }

  @Test
  void rejectsWhatTheNodeRefuses() throws Exception {
    StreamState made = streams.create(0, init("a"), OPTIONS);
    List<Block> change = change(made.tip(), add("n", 1));
    Block another = new Block(change.get(0).cid(), new byte[] {1});
    StreamId unknown = StreamId.of(0, change.get(0).cid());
    assertThat(refused(unknown, change)).isEqualTo(Reason.NOT_FOUND);
    assertThat(refused(made.id(), List.of())).isEqualTo(Reason.INVALID);
    assertThat(refused(made.id(), List.of(another))).isEqualTo(Reason.INVALID);
    assertThat(refused(made.id(), change.subList(0, 1))).isEqualTo(Reason.INVALID);
    assertThat(refused(made.id(), change(made.tip(), Ipld.of("no operation"))))
        .isEqualTo(Reason.INVALID);
    assertThat(refused(made.id(), change(change.get(0).cid(), add("n", 1))))
        .isEqualTo(Reason.CONFLICT);
    streams.refuse(Reason.BUSY, 1);
    assertThat(refused(made.id(), change)).isEqualTo(Reason.BUSY);
    assertThat(streams.apply(made.id(), change, OPTIONS).log()).hasSize(2);
  }

  @Test
  void shouldListStreamsInPages() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      streams.create(0, init(name), OPTIONS);
    }
    List<StreamId> listed = new ArrayList<>();
    Optional<StreamId> after = Optional.empty();
    do {
      after = streams.walk(after, 2, SOON, state -> listed.add(state.id()));
    } while (after.isPresent());
    assertThat(listed).hasSize(3).doesNotHaveDuplicates();
  }
}
