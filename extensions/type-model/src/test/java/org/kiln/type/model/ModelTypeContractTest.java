package org.kiln.type.model;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.testkit.FakeApplyContext;
import org.kiln.testkit.SampleStream;
import org.kiln.testkit.StreamTypeContract;

class ModelTypeContractTest extends StreamTypeContract {
  private static final String OWNER = "did:key:zOwner";

  @Override
  protected StreamType type() {
    return new ModelType();
  }

  @Override
  protected Event.Init init() {
    Ipld.Map header =
        Ipld.map(
            "controllers",
            Ipld.list(Ipld.of(OWNER)),
            "model",
            new Ipld.Bytes(StreamId.MODEL.bytes()),
            "sep",
            Ipld.of("model"));
    Ipld definition =
        Ipld.map(
            "version",
            Ipld.of("1.0"),
            "name",
            Ipld.of("Note"),
            "schema",
            Ipld.map("type", Ipld.of("object"), "additionalProperties", Ipld.FALSE),
            "accountRelation",
            Ipld.map("type", Ipld.of("list")));
    return new Event.Init(SampleStream.cid("model"), header, Optional.of(definition), true);
  }

  @Override
  protected FakeApplyContext initContext(StreamId stream) {
    return new FakeApplyContext(stream).signedBy(OWNER);
  }

  @Override
  protected Optional<Event.Data> change(StreamState state) {
    return Optional.empty();
  }

  @Override
  protected FakeApplyContext changeContext(StreamId stream) {
    return initContext(stream);
  }
}
