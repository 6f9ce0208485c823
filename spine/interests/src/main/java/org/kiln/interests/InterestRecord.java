package org.kiln.interests;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.net.Interest;
import org.kiln.ipld.DagCbor;

/** An interest as it lies in the store: DAG-CBOR, under the hash of it. */
final class InterestRecord {
  private static final String SEPARATOR = "sep";
  private static final String VALUE = "value";
  private static final String CONTROLLER = "controller";
  private static final String STREAM = "stream";

  private InterestRecord() {}

  static byte[] encode(Interest interest) {
    Map<String, Ipld> map = new LinkedHashMap<>();
    map.put(SEPARATOR, Ipld.of(interest.separator()));
    map.put(VALUE, interest.value());
    interest.controller().ifPresent(did -> map.put(CONTROLLER, Ipld.of(did)));
    interest.stream().ifPresent(id -> map.put(STREAM, Ipld.Bytes.wrap(id.bytes())));
    return DagCbor.encode(new Ipld.Map(map));
  }

  static Interest decode(byte[] value) {
    try {
      Ipld.Map map = DagCbor.decodeMap(value);
      return new Interest(
          map.text(SEPARATOR).orElseThrow(() -> broken(null)),
          bytes(map, VALUE).orElseThrow(() -> broken(null)),
          map.text(CONTROLLER),
          bytes(map, STREAM).map(Ipld.Bytes::value).map(StreamId::of));
    } catch (CodecException | IllegalArgumentException e) {
      throw broken(e);
    }
  }

  private static Optional<Ipld.Bytes> bytes(Ipld.Map map, String name) {
    return map.entries().get(name) instanceof Ipld.Bytes bytes
        ? Optional.of(bytes)
        : Optional.empty();
  }

  private static IllegalStateException broken(Exception cause) {
    return new IllegalStateException("A stored interest cannot be read", cause);
  }

  /** Of any length of value. */
  static byte[] key(byte[] record) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(record);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
