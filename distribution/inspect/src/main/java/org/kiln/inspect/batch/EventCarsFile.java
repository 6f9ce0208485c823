package org.kiln.inspect.batch;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.inspect.Accounts;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventCar;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.EventDecoder.Blocks;
import org.kiln.ipld.event.SignedEnvelope;

/** {@code eventcars}: events built as the ceramic-sdk builds them, and CARs judged. */
final class EventCarsFile implements VectorFile {
  private static final int MODEL_TYPE = 2;
  private static final int INSTANCE_TYPE = 3;
  private static final Map<String, Multibase> BASES =
      Map.of(
          "base64", Multibase.BASE64,
          "base64url", Multibase.BASE64URL,
          "base32", Multibase.BASE32,
          "base58btc", Multibase.BASE58BTC,
          "base16", Multibase.BASE16);

  private final Accounts accounts;

  EventCarsFile(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public Ipld.Map answer(Inputs inputs) throws Exception {
    if (inputs.has("multibaseCar")) {
      return judged(inputs.text("multibaseCar"));
    }
    if (inputs.has("carBytesHex")) {
      return bases(inputs.hex("carBytesHex"));
    }
    if (inputs.has("proof")) {
      return timeEvent(inputs);
    }
    if (inputs.has("definition")) {
      return init(inputs, inputs.get("definition"), StreamId.MODEL, MODEL_TYPE);
    }
    if (inputs.has("model")) {
      StreamId model = StreamId.parse(inputs.text("model"));
      return init(inputs, inputs.map().get("content").orElse(Ipld.NULL), model, INSTANCE_TYPE);
    }
    throw new RefusedException("The inputs hold no key to sign with");
  }

  private Ipld.Map judged(String car) {
    try {
      DecodedEvent event = EventCar.readText(car);
      Ipld.Map.Builder answer =
          Ipld.Map.builder()
              .with("ok", Ipld.TRUE)
              .with("accepted", Ipld.TRUE)
              .with("mustRefuse", Ipld.FALSE)
              .with("eventCid", Answers.text(event.event().cid()))
              .with("signed", Ipld.of(event.envelope().isPresent()));
      if (event.envelope().isPresent()) {
        SignedEnvelope envelope = event.envelope().get();
        VerifiedSignature verified = accounts.verifier().verify(envelope, Deadline.NONE);
        if (event.event() instanceof Event.Init init) {
          accounts.authorize(verified, init, envelope.payload().cid());
        }
        answer.put("cid", Answers.text(envelope.payload().cid()));
        answer.put("kid", Answers.text(verified.kid()));
        answer.put("payloadDagJson", Answers.dagJson(DagCbor.decode(envelope.payload().data())));
      }
      return answer.build();
    } catch (Exception e) {
      return Answers.refused(e.getMessage())
          .with("accepted", Ipld.FALSE)
          .with("mustRefuse", Ipld.TRUE);
    }
  }

  private static Ipld.Map bases(byte[] bytes) throws CodecException {
    EventCar.read(bytes);
    Ipld.Map.Builder answer = Ipld.Map.builder();
    BASES.forEach((name, base) -> answer.put(name, Ipld.of(base.encode(bytes))));
    return answer.build();
  }

  private static Ipld.Map init(Inputs inputs, Ipld content, StreamId model, int type)
      throws RefusedException, CodecException {
    String controller = inputs.text("controller");
    Ipld.Map.Builder header =
        Ipld.Map.builder()
            .with("controllers", Ipld.list(Ipld.of(controller)))
            .with("model", new Ipld.Bytes(model.bytes()))
            .with("sep", Ipld.of("model"));
    if (inputs.has("uniqueHex")) {
      header.put("unique", new Ipld.Bytes(inputs.hex("uniqueHex")));
    }
    boolean needsKey =
        inputs.has("content")
            || inputs.has("sessionDid")
            || inputs.has("context")
            || inputs.has("shouldIndex")
            || inputs.has("modelVersion");
    if (needsKey && !inputs.has("seedHex")) {
      throw new RefusedException("The inputs hold no key to sign with");
    }
    Ipld.Map payload = Ipld.map("data", content, "header", header.build());
    Block block = Block.of(Cid.DAG_CBOR, DagCbor.encode(payload));
    Block root = block;
    Map<Cid, Block> blocks = Map.of(block.cid(), block);
    if (inputs.has("seedHex")) {
      byte[] seed = HexFormat.of().parseHex(inputs.text("seedHex"));
      Jws jws = Signer.of(controller, seed).sign(block.cid().bytes());
      root = Block.of(Cid.DAG_JOSE, DagJose.encode(jws));
      blocks = Map.of(block.cid(), block, root.cid(), root);
    }
    DecodedEvent event = EventDecoder.decode(root.cid(), Blocks.of(blocks));
    EventId id =
        EventId.of(NetworkId.INMEMORY, "model", model.bytes(), controller, root.cid(), root.cid());
    return rendered(EventCar.write(event), Optional.of(id))
        .with("streamId", Answers.text(StreamId.of(type, root.cid())))
        .with("payloadDagJson", Answers.dagJson(payload));
  }

  private static Ipld.Map timeEvent(Inputs inputs) throws RefusedException {
    byte[] data =
        DagCbor.encode(
            Ipld.map(
                "id", Ipld.of(inputs.cid("id")),
                "prev", Ipld.of(inputs.cid("prev")),
                "proof", Ipld.of(inputs.cid("proof")),
                "path", Ipld.of(inputs.text("path"))));
    Block block = Block.of(Cid.DAG_CBOR, data);
    Car car = new Car(List.of(block.cid()), List.of(block));
    return rendered(car, Optional.empty());
  }

  private static Ipld.Map rendered(Car car, Optional<EventId> id) {
    byte[] bytes = car.write();
    Ipld.Map.Builder answer =
        Ipld.Map.builder()
            .with("ok", Ipld.TRUE)
            .with("multibaseCar", Ipld.of(Multibase.BASE64.encode(bytes)))
            .with("carBytesHex", Answers.hex(bytes))
            .with("roots", new Ipld.List(car.roots().stream().map(Answers::text).toList()))
            .with(
                "blocks",
                new Ipld.List(
                    car.blocks().stream()
                        .<Ipld>map(
                            block ->
                                Ipld.map(
                                    "cid", Answers.text(block.cid()),
                                    "bytesHex", Answers.hex(block.data())))
                        .toList()))
            .with("eventCid", Answers.text(car.roots().get(0)));
    id.ifPresent(own -> answer.put("eventIdHex", Answers.text(own)));
    return answer.build();
  }
}
