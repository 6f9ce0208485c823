package org.kiln.ipld.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.DagJson;
import org.kiln.ipld.Json;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.EventDecoder.Blocks;

class EventDecoderTest {
  private static final Cid LINK = Cid.sha256(Cid.DAG_JOSE, new byte[0]);
  private static final Ipld.Map HEADER = Ipld.map("controllers", Ipld.list(Ipld.of("did:key:z")));

  // An unsigned init event published with its CID.
  private static final String UNSIGNED =
      "a26464617461f666686561646572a463736570656d6f64656c656d6f64656c5828ce01020185011220"
          + "8474c7458c717905e073d43a2d42557a5cd6e5b9ebc3d4d682804994120e56d766756e6971756547666f6f"
          + "7c6261726b636f6e74726f6c6c6572738178386469643a6b65793a7a364d6b7443465263774c5246514139"
          + "57626544524d3757376b6242645a54485132786e506779785a4c71316743704b";

  private static Block cbor(Ipld value) {
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(value));
  }

  private static Block envelope(Cid payload, String header) {
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    return Block.of(Cid.DAG_JOSE, DagJose.encode(new Jws(payload.bytes(), text, new byte[64])));
  }

  private static DecodedEvent decode(Block root, Block... others) throws CodecException {
    Map<Cid, Block> blocks = new HashMap<>();
    blocks.put(root.cid(), root);
    for (Block block : others) {
      blocks.put(block.cid(), block);
    }
    return EventDecoder.decode(root.cid(), Blocks.of(blocks));
  }

  @Test
  void shouldDecodeTheUnsignedInitEventOfTheDigest() throws Exception {
    Block block = Block.of(Cid.DAG_CBOR, HexFormat.of().parseHex(UNSIGNED));
    assertThat(block.cid())
        .hasToString("bafyreiakimdaub7m6inx2nljypdhvhu5vozjhylqukif4hjxt65qnkv6my");
    DecodedEvent event = decode(block);
    assertThat(event.event()).isInstanceOf(Event.Init.class);
    Event.Init init = (Event.Init) event.event();
    assertThat(init.data()).contains(Ipld.NULL);
    assertThat(init.hasContent()).isFalse();
    assertThat(init.signed()).isFalse();
    Ipld.Map json = CommitJson.write(block.cid(), Blocks.of(Map.of(block.cid(), block)));
    assertThat(CommitJson.read(Json.parseMap(Json.write(json))).root()).isEqualTo(block.cid());
  }

  @Test
  void shouldTellTheKinds() throws Exception {
    Block init = cbor(Ipld.map("header", HEADER));
    assertThat(decode(init).event())
        .isEqualTo(new Event.Init(init.cid(), HEADER, Optional.empty(), false));
    Block data = cbor(Ipld.map("id", Ipld.of(LINK), "prev", Ipld.of(LINK), "data", Ipld.list()));
    Block signed = envelope(data.cid(), "{\"alg\":\"EdDSA\",\"kid\":\"did:key:z#z\"}");
    assertThat(decode(signed, data).event())
        .isEqualTo(
            new Event.Data(
                signed.cid(), Optional.of(LINK), LINK, Ipld.list(), Optional.empty(), true));
    Block time =
        cbor(Ipld.map("prev", Ipld.of(LINK), "proof", Ipld.of(LINK), "path", Ipld.of("0/1")));
    assertThat(decode(time).event())
        .isEqualTo(new Event.Time(time.cid(), Optional.empty(), LINK, LINK, "0/1"));
  }

  @Test
  void shouldFetchTheCapability() throws Exception {
    Block payload = cbor(Ipld.map("header", HEADER));
    Block capability = cbor(Ipld.map("h", Ipld.map("t", Ipld.of("eip4361"))));
    Block signed =
        envelope(payload.cid(), "{\"alg\":\"EdDSA\",\"cap\":\"ipfs://" + capability.cid() + "\"}");
    DecodedEvent event = decode(signed, payload, capability);
    assertThat(event.blocks()).containsExactly(signed, payload, capability);
    assertThat(EventCar.write(event).blocks()).containsExactly(capability, payload, signed);
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decode(signed, payload))
        .withMessage("Signed Event missing block for capability");
  }

  @Test
  void rejectsBlocksOverTheLimit() {
    Block large = cbor(Ipld.map("header", HEADER, "data", Ipld.of("x".repeat(256_000))));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decode(large))
        .withMessage(
            large.cid()
                + " commit size "
                + large.data().length
                + " exceeds the maximum block size of 256000");
  }

  @Test
  void rejectsAnotherBlockThanTheOneNamed() {
    Block named = cbor(Ipld.map("header", HEADER));
    Block other = cbor(Ipld.map("header", HEADER, "data", Ipld.NULL));
    Map<Cid, Block> blocks = Map.of(named.cid(), new Block(named.cid(), other.data()));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> EventDecoder.decode(named.cid(), Blocks.of(blocks)))
        .withMessageContaining("block hash mismatch")
        .withMessageContaining(named.cid().toString())
        .withMessageContaining(other.cid().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{\"data\":{}}",
        "{\"header\":5}",
        "{\"prev\":\"x\",\"header\":{}}",
        "{\"prev\":{\"/\":\"bafyreihu557meceujusxajkaro3epfe6nnzjgbjaxsapgtml7ox5ezb5qy\"},\"id\":1}",
        "{\"proof\":1,\"path\":\"\"}",
        "{\"proof\":{\"/\":\"bafyreihu557meceujusxajkaro3epfe6nnzjgbjaxsapgtml7ox5ezb5qy\"}}"
      })
  void rejectsWhatIsNoEvent(String dagJson) throws Exception {
    Block block = cbor(DagJson.parse(dagJson.getBytes(StandardCharsets.UTF_8)));
    assertThatExceptionOfType(CodecException.class).isThrownBy(() -> decode(block));
  }

  @Test
  void rejectsCidsOfOtherKinds() {
    byte[] data = DagCbor.encode(Ipld.map("header", HEADER));
    for (Cid cid :
        List.of(
            Cid.sha256(Cid.RAW, data),
            Cid.ofDigest(Cid.DAG_CBOR, Cid.IDENTITY, data),
            Cid.ofDigest(Cid.DAG_CBOR, Cid.KECCAK_256, new byte[32]))) {
      assertThatExceptionOfType(CodecException.class)
          .isThrownBy(() -> EventDecoder.decode(cid, any -> Optional.of(new Block(cid, data))));
    }
  }

  @Test
  void rejectsMoreThanOneSignature() {
    Ipld signature =
        Ipld.map(
            "protected", new Ipld.Bytes(new byte[2]), "signature", new Ipld.Bytes(new byte[2]));
    Block block =
        Block.of(
            Cid.DAG_JOSE,
            DagCbor.encode(
                Ipld.map(
                    "payload",
                    new Ipld.Bytes(LINK.bytes()),
                    "signatures",
                    Ipld.list(signature, signature))));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decode(block))
        .withMessageStartingWith("Cant convert to compact jws");
  }

  @Test
  void rejectsWhatIsNotCanonicalFromLocalClients() throws Exception {
    // {"header": {"controllers": []}, "data": null}: keys out of order.
    byte[] data =
        HexFormat.of().parseHex("a266686561646572a16b636f6e74726f6c6c657273806464617461f6");
    DecodedEvent event = decode(Block.of(Cid.DAG_CBOR, data));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> EventDecoder.requireCanonical(event))
        .withMessageStartingWith("Event bytes do not round-trip.");
  }

  @Test
  void shouldSayWhatACarLacks() {
    Block payload = cbor(Ipld.map("header", HEADER));
    Block signed = envelope(payload.cid(), "{\"alg\":\"EdDSA\"}");
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> EventCar.read(new Car(List.of(), List.of(payload)).write()))
        .withMessage("CAR data should have at least one root");
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> EventCar.read(new Car(List.of(signed.cid()), List.of()).write()))
        .withMessage("Event CAR data missing block for root CID");
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> EventCar.read(new Car(List.of(signed.cid()), List.of(signed)).write()))
        .withMessage("Signed Event CAR data missing block for payload");
  }
}
