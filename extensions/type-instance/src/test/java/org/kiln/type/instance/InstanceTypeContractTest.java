package org.kiln.type.instance;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.testkit.FakeApplyContext;
import org.kiln.testkit.StreamTypeContract;

class InstanceTypeContractTest extends StreamTypeContract {
  private static final StreamState MODEL =
      Samples.model("model", Samples.definition(Samples.relation("list")));

  @Override
  protected StreamType type() {
    return new InstanceType();
  }

  @Override
  protected Event.Init init() {
    return Samples.init(
        "document", Samples.header(MODEL.id(), "unique"), Ipld.map("text", Ipld.of("hello")));
  }

  @Override
  protected FakeApplyContext initContext(StreamId stream) {
    return new FakeApplyContext(stream).signedBy(Samples.OWNER).knows(MODEL);
  }

  @Override
  protected Optional<Event.Data> change(StreamState state) {
    return Optional.of(
        Samples.change(state, Optional.empty(), Samples.put("/text", Ipld.of("bye"))));
  }

  @Override
  protected FakeApplyContext changeContext(StreamId stream) {
    return initContext(stream);
  }
}
