package org.kiln.type.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.testkit.FakeApplyContext;
import org.kiln.testkit.SampleStream;

class TileTypeTest {
  private static final String OWNER = "did:key:zOwner";
  private static final StreamId ID = StreamId.of(0, SampleStream.cid("tile"));

  private final TileType type = new TileType();
  private final FakeApplyContext context = new FakeApplyContext(ID).signedBy(OWNER);

  @Test
  void shouldKeepAChangePendingUntilItIsAnchored() throws Exception {
    StreamState created = created(header(), map("n", of(1)));
    Event.Data first = change(created, map("tags", list(of("a"))), replace("/n", of(2)));
    StreamState changed = SampleStream.changed(created, first, type.apply(created, first, context));
    assertThat(changed.document().content()).isEqualTo(map("n", of(1)));
    assertThat(changed.document().latestContent()).isEqualTo(map("n", of(2)));
    assertThat(changed.document().latestMetadata().get("tags")).contains(list(of("a")));

    Event.Data second = change(changed, map(), replace("/m", of(3)));
    Document again = type.apply(changed, second, context);
    assertThat(again.latestContent()).isEqualTo(map("n", of(2), "m", of(3)));

    StreamState anchored =
        SampleStream.anchored(
            changed, SampleStream.cid("time"), Instant.ofEpochSecond(1_700_000_000L));
    assertThat(anchored.document().content()).isEqualTo(map("n", of(2)));
  }

  @Test
  void shouldJudgeContentByTheSchemaItNames() throws Exception {
    Ipld source = map("type", of("object"), "properties", map("n", map("type", of("number"))));
    StreamState schema =
        SampleStream.created(
            0,
            SampleStream.cid("schema"),
            Document.of(source, header(), Document.Signature.SIGNED));
    Ipld.Map header = header().with("schema", of(schema.commitId().url()));
    context.knows(schema);
    StreamState created = created(header, map("n", of(1)));
    Event.Data wrong = change(created, map(), replace("/n", of("one")));
    assertThatThrownBy(() -> type.apply(created, wrong, context))
        .hasMessage("Validation Error: data/n must be number");
  }

  @Test
  void shouldWaitForASchemaThatIsNotHereYet() {
    String missing = StreamId.of(0, SampleStream.cid("later")).url() + "?commit=0";
    Ipld.Map header = header().with("schema", of(missing));
    assertThatThrownBy(() -> created(header, map("n", of(1))))
        .isInstanceOf(DependencyMissingException.class);
  }

  @Test
  void rejectsASchemaThatIsNone() throws Exception {
    StreamState schema =
        SampleStream.created(
            0,
            SampleStream.cid("schema"),
            Document.of(map("type", of("nonsense")), header(), Document.Signature.SIGNED));
    context.knows(schema);
    Ipld.Map header = header().with("schema", of(schema.commitId().toString()));
    assertThatThrownBy(() -> created(header, map("n", of(1)))).hasMessageContaining("schema");
  }

  private StreamState created(Ipld.Map header, Ipld content) throws Exception {
    Event.Init init = new Event.Init(ID.init(), header, Optional.of(content), true);
    return SampleStream.created(0, ID.init(), type.init(init, context));
  }

  private static Ipld.Map header() {
    return map("controllers", list(of(OWNER)));
  }

  private static Event.Data change(StreamState state, Ipld.Map header, Ipld... patch) {
    return new Event.Data(
        SampleStream.cid("change" + state.log().size()),
        Optional.of(state.id().init()),
        state.tip(),
        list(patch),
        Optional.of(header),
        true);
  }

  private static Ipld replace(String path, Ipld value) {
    return map("op", of("replace"), "path", of(path), "value", value);
  }
}
