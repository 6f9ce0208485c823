package org.kiln.anchor.service;

import java.util.Locale;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.Json;

/**
 * What a client asks for.
 *
 * @param stream the stream
 * @param tip what is to be timestamped
 * @param digest what the client signs of the body
 */
record AnchorRequest(StreamId stream, Cid tip, String digest) {
  private static final String CAR = "application/vnd.ipld.car";

  /**
   * Reads a body: JSON, or a CAR whose root holds the same members.
   *
   * @throws HttpProblem 400 with what is wrong
   */
  static AnchorRequest of(HttpCall call) throws HttpProblem {
    byte[] body = call.body();
    try {
      return call.header("Content-Type").orElse("").toLowerCase(Locale.ROOT).startsWith(CAR)
          ? car(body)
          : json(body);
    } catch (CodecException | IllegalArgumentException e) {
      throw new HttpProblem(400, "invalid-request", "Not an anchor request: " + e.getMessage());
    }
  }

  private static AnchorRequest json(byte[] body) throws CodecException {
    if (!(Json.parse(body) instanceof Ipld.Map map)) {
      throw new CodecException("the body is no JSON object");
    }
    if (map.entries().containsKey("timestamp")) {
      RequestTime.check(map.entries().get("timestamp"));
    }
    return checked(
        StreamId.parse(text(map, "streamId")),
        Cid.parse(text(map, "cid")),
        ClientGate.digest(body));
  }

  private static AnchorRequest car(byte[] body) throws CodecException {
    Car car = Car.read(body);
    if (car.roots().isEmpty()) {
      throw new CodecException("the CAR has no root");
    }
    Cid root = car.roots().get(0);
    Optional<Block> block = car.blocks().stream().filter(b -> b.cid().equals(root)).findFirst();
    if (block.isEmpty()
        || !(DagCbor.decode(block.get().data()) instanceof Ipld.Map map)
        || !(map.entries().get("streamId") instanceof Ipld.Bytes stream)
        || !(map.entries().get("tip") instanceof Ipld.Link tip)) {
      throw new CodecException("the CAR's root has no streamId and tip");
    }
    RequestTime.check(map.entries().get("timestamp"));
    return checked(StreamId.of(stream.value()), tip.cid(), root.toString());
  }

  /** Only hashes that a tree and a contract can hold, and only CIDs of events or trees. */
  private static AnchorRequest checked(StreamId stream, Cid tip, String digest)
      throws CodecException {
    boolean event = tip.codec() == Cid.DAG_CBOR || tip.codec() == Cid.DAG_JOSE;
    if (tip.version() != 1
        || !event
        || tip.hashFunction() != Cid.SHA2_256
        || tip.digest().length != 32) {
      throw new CodecException("cid " + tip + " is not the CID of an event");
    }
    return new AnchorRequest(stream, tip, digest);
  }

  private static String text(Ipld.Map map, String name) throws CodecException {
    return map.text(name).orElseThrow(() -> new CodecException("'" + name + "' is missing"));
  }
}
