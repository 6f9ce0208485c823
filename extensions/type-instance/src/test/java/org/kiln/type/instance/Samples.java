package org.kiln.type.instance;

import static org.kiln.api.ipld.Ipld.FALSE;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.testkit.SampleStream;

/** Models and events for the tests. */
final class Samples {
  static final String OWNER = "did:key:zOwner";
  static final Ipld.Map SCHEMA =
      map(
          "type",
          of("object"),
          "properties",
          map(
              "text",
              map("type", of("string"), "maxLength", of(100)),
              "n",
              map("type", of("number")),
              "flag",
              map("type", of("boolean")),
              "ref",
              map("type", of("string"), "maxLength", of(100))),
          "additionalProperties",
          FALSE);

  private Samples() {}

  static Ipld.Map definition(Ipld accountRelation) {
    return map(
        "version",
        of("2.0"),
        "name",
        of("Note"),
        "interface",
        FALSE,
        "implements",
        list(),
        "schema",
        SCHEMA,
        "accountRelation",
        accountRelation);
  }

  static Ipld.Map relation(String type) {
    return map("type", of(type));
  }

  static StreamState model(String name, Ipld.Map definition) {
    return SampleStream.created(
        2, SampleStream.cid(name), Document.of(definition, map(), Document.Signature.SIGNED));
  }

  static Ipld.Map header(StreamId model, String unique) {
    Ipld.Map header =
        map(
            "controllers",
            list(of(OWNER)),
            "model",
            new Ipld.Bytes(model.bytes()),
            "sep",
            of("model"));
    return unique == null
        ? header
        : header.with("unique", new Ipld.Bytes(unique.getBytes(StandardCharsets.UTF_8)));
  }

  static Event.Init init(String name, Ipld.Map header, Ipld content) {
    return new Event.Init(
        SampleStream.cid(name), header, Optional.of(content), !(content instanceof Ipld.Null));
  }

  static Event.Data change(StreamState state, Optional<Ipld.Map> header, Ipld... operations) {
    return new Event.Data(
        SampleStream.cid(state.id() + "/" + state.log().size()),
        Optional.of(state.id().init()),
        state.tip(),
        list(operations),
        header,
        true);
  }

  static Ipld put(String path, Ipld value) {
    return map("op", of("add"), "path", of(path), "value", value);
  }
}
