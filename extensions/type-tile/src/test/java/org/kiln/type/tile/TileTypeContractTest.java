package org.kiln.type.tile;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.testkit.FakeApplyContext;
import org.kiln.testkit.SampleStream;
import org.kiln.testkit.StreamTypeContract;

class TileTypeContractTest extends StreamTypeContract {
  private static final String OWNER = "did:key:zOwner";

  @Override
  protected StreamType type() {
    return new TileType();
  }

  @Override
  protected Event.Init init() {
    Ipld.Map header = Ipld.map("controllers", Ipld.list(Ipld.of(OWNER)), "unique", Ipld.of("x"));
    return new Event.Init(
        SampleStream.cid("tile"), header, Optional.of(Ipld.map("n", Ipld.of(1))), true);
  }

  @Override
  protected FakeApplyContext initContext(StreamId stream) {
    return new FakeApplyContext(stream).signedBy(OWNER);
  }

  @Override
  protected Optional<Event.Data> change(StreamState state) {
    Ipld patch =
        Ipld.list(Ipld.map("op", Ipld.of("replace"), "path", Ipld.of("/n"), "value", Ipld.of(2)));
    return Optional.of(
        new Event.Data(
            SampleStream.cid("change"),
            Optional.of(state.id().init()),
            state.tip(),
            patch,
            Optional.of(Ipld.Map.EMPTY),
            true));
  }

  @Override
  protected FakeApplyContext changeContext(StreamId stream) {
    return initContext(stream);
  }
}
