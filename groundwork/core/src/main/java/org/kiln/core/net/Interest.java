package org.kiln.core.net;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;

/**
 * Which events this node wants to have: all of one separator value, or of one controller there, or
 * of one stream of that controller. Immutable.
 *
 * @param separator name of the init header field that separates; only those of {@code model} are
 *     synchronised
 * @param value the raw bytes of that field, of a model its StreamID; at most {@link #MAX_BYTES}
 * @param controller the init event's controller; any when empty
 * @param stream one stream; any when empty, needs a controller
 */
public record Interest(
    String separator, Ipld.Bytes value, Optional<String> controller, Optional<StreamId> stream) {
  /** The separator whose events are synchronised. */
  public static final String MODEL = "model";

  /** Longest separator, value and controller, in bytes of UTF-8. */
  public static final int MAX_BYTES = 1024;

  /** Before the event's CID stand controller (8 bytes) and init event (4 bytes). */
  private static final int TAIL = 12;

  private static final int CONTROLLER = 8;

  /** Any CID will do: of the EventId it stands in, what comes before it is wanted. */
  private static final Cid NONE = StreamId.MODEL.init();

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException when one is empty or too long, or a stream comes without its
   *     controller
   */
  public Interest {
    bounded("sep", separator.getBytes(StandardCharsets.UTF_8).length);
    if (separator.isEmpty()) {
      throw new IllegalArgumentException("'sep' cannot be empty");
    }
    bounded("sepValue", value.size());
    controller.ifPresent(did -> bounded("controller", did.getBytes(StandardCharsets.UTF_8).length));
    if (controller.filter(String::isEmpty).isPresent()) {
      throw new IllegalArgumentException("'controller' cannot be empty if it's included");
    }
    if (stream.isPresent() && controller.isEmpty()) {
      throw new IllegalArgumentException("controller is required if stream_id is specified");
    }
    Objects.requireNonNull(stream, "stream");
  }

  private static void bounded(String name, int bytes) {
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "'" + name + "' has " + bytes + " bytes; at most " + MAX_BYTES + " are taken");
    }
  }

  /** In all streams of a model. */
  public static Interest of(StreamId model) {
    return new Interest(MODEL, Ipld.Bytes.wrap(model.bytes()), Optional.empty(), Optional.empty());
  }

  /** The smallest key of the events wanted, inclusive: the bound of a range, no EventId. */
  public byte[] from(NetworkId network) {
    return bound(network, (byte) 0).toByteArray();
  }

  /** What all keys of the events wanted are smaller than, and no other key is. */
  public byte[] to(NetworkId network) {
    ByteArrayOutputStream out = bound(network, (byte) 0xff);
    out.write(0xff);
    return out.toByteArray();
  }

  private ByteArrayOutputStream bound(NetworkId network, byte filler) {
    byte[] prefix = EventId.prefix(network, separator, value.value());
    byte[] tail = new byte[TAIL];
    Arrays.fill(tail, filler);
    if (controller.isPresent()) {
      byte[] key =
          EventId.of(
                  network,
                  separator,
                  value.value(),
                  controller.get(),
                  stream.map(StreamId::init).orElse(NONE),
                  NONE)
              .bytes();
      int known = stream.isPresent() ? TAIL : CONTROLLER;
      System.arraycopy(key, prefix.length, tail, 0, known);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(prefix.length + TAIL + 1);
    out.writeBytes(prefix);
    out.writeBytes(tail);
    return out;
  }
}
