package org.kiln.inspect.batch;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.inspect.Identifiers;
import org.kiln.inspect.RefusedException;

/** {@code eventids}: EventIds built, read and ordered (CIP-124). */
final class EventIdsFile implements VectorFile {
  private static final int BOUND_BYTES = 12;

  @Override
  public Ipld.Map answer(Inputs inputs) throws RefusedException {
    if (inputs.has("eventIdHex")) {
      EventId id = EventId.of(inputs.hex("eventIdHex"));
      return Identifiers.describe(id).with("ok", Ipld.TRUE);
    }
    if (inputs.has("eventIdsHex")) {
      return ordered(inputs);
    }
    NetworkId network = network(inputs);
    String key = inputs.text("sepKey");
    byte[] value = inputs.hex("sepValueHex");
    if (!inputs.has("event")) {
      byte[] prefix = EventId.prefix(network, key, value);
      return Ipld.map(
          "prefixHex", Answers.hex(prefix),
          "minHex", Answers.hex(bound(prefix, 0x00)),
          "maxHex", Answers.hex(bound(prefix, 0xff)));
    }
    EventId id =
        EventId.of(
            network,
            key,
            value,
            inputs.text("controller"),
            inputs.cid("init"),
            inputs.cid("event"));
    return Identifiers.describe(id);
  }

  private static Ipld.Map ordered(Inputs inputs) throws RefusedException {
    List<byte[]> ids = new ArrayList<>();
    for (Ipld id : inputs.list("eventIdsHex")) {
      if (!(id instanceof Ipld.Text text)) {
        throw new RefusedException("inputs.eventIdsHex holds something that is not text");
      }
      ids.add(HexFormat.of().parseHex(text.value()));
    }
    ids.sort(Arrays::compareUnsigned);
    return Ipld.map("sortedHex", new Ipld.List(ids.stream().map(Answers::hex).toList()));
  }

  private static byte[] bound(byte[] prefix, int fill) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(prefix);
    for (int i = 0; i < BOUND_BYTES; i++) {
      out.write(fill);
    }
    return out.toByteArray();
  }

  private static NetworkId network(Inputs inputs) throws RefusedException {
    String name = inputs.text("network");
    if (inputs.has("networkId")) {
      return new NetworkId(name, Long.parseLong(inputs.text("networkId")));
    }
    return NetworkId.named(name).orElseThrow(() -> new RefusedException("Unknown network " + name));
  }
}
