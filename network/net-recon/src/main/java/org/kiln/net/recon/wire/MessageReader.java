package org.kiln.net.recon.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.core.log.RangeHash;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;

/**
 * Reads messages as they arrive, in either form. Members of a map may come in any order, and
 * unknown ones are read over, as ceramic-one does; of indefinite length nothing may be. For one
 * thread.
 */
public final class MessageReader {
  private static final int MAX_MEMBERS = 16;
  private static final int MAX_NAME_BYTES = 64;
  private static final int MAX_SYNC_ID_BYTES = 256;
  private static final int HASH_BYTES = 32;

  private final CborReader in;
  private final boolean textKeys;
  private final MessageLimits limits;

  /**
   * Of one stream.
   *
   * @param textKeys whether keys are texts on the wire, as in the peer space
   */
  public MessageReader(ByteSource in, boolean textKeys, MessageLimits limits) {
    this.in = new CborReader(in);
    this.textKeys = textKeys;
    this.limits = limits;
  }

  /** How one member of a map is read. */
  @FunctionalInterface
  private interface Member {
    /** Answers whether it knows that name, and has read what follows it. */
    boolean read(String name) throws IOException;
  }

  /** Bytes of messages read so far. */
  public long bytesRead() {
    return in.read();
  }

  /** The same without wanting to know when a message begins. */
  public Optional<Envelope> next() throws IOException {
    return next(() -> {});
  }

  /**
   * The next message.
   *
   * @param begun is run when its first bytes are there
   * @return empty when the stream ends before one
   * @throws ReconException when it is none, or larger than is taken
   * @throws IOException when the stream breaks
   */
  public Optional<Envelope> next(Runnable begun) throws IOException {
    if (!in.begin(limits.messageBytes())) {
      return Optional.empty();
    }
    begun.run();
    CborReader.Head head = in.head();
    if (head.major() == CborReader.ARRAY && head.argument() == 2) {
      return Optional.of(new Envelope(Optional.empty(), denseValue()));
    }
    if (head.major() != CborReader.MAP) {
      throw CborReader.wrong(head, "A message");
    }
    String[] syncId = new String[1];
    ReconMessage[] body = new ReconMessage[1];
    members(
        CborReader.checked(head.argument(), MAX_MEMBERS, "A message"),
        name -> {
          switch (name) {
            case "sync_id" -> syncId[0] = syncId();
            case "body" -> body[0] = body();
            default -> {
              return false;
            }
          }
          return true;
        });
    if (body[0] == null) {
      throw new ReconException("A message has no body");
    }
    return Optional.of(new Envelope(Optional.ofNullable(syncId[0]), body[0]));
  }

  private void members(String what, Member member) throws IOException {
    members(in.count(CborReader.MAP, MAX_MEMBERS, what), member);
  }

  private void members(int count, Member member) throws IOException {
    for (int i = 0; i < count; i++) {
      if (!member.read(in.text(MAX_NAME_BYTES, "The name of a member"))) {
        in.skip();
      }
    }
  }

  private String syncId() throws IOException {
    CborReader.Head head = in.head();
    if (head.major() == 7 && head.argument() == 22) {
      return null;
    }
    if (head.major() != CborReader.TEXT) {
      throw CborReader.wrong(head, "sync_id");
    }
    int length = CborReader.checked(head.argument(), MAX_SYNC_ID_BYTES, "sync_id");
    return CborReader.text(in.content(length), "sync_id");
  }

  private ReconMessage body() throws IOException {
    CborReader.Head head = in.head();
    if (head.major() == CborReader.TEXT) {
      int length = CborReader.checked(head.argument(), MAX_NAME_BYTES, "The name of a message");
      String name = CborReader.text(in.content(length), "The name of a message");
      if (name.equals("Finished")) {
        return new ReconMessage.Finished();
      }
      throw unknown(name);
    }
    if (head.major() != CborReader.MAP || head.argument() != 1) {
      throw new ReconException("The body of a message has not one name");
    }
    String name = in.text(MAX_NAME_BYTES, "The name of a message");
    return switch (name) {
      case "InterestRequest" -> new ReconMessage.InterestRequest(interests(name));
      case "InterestResponse" -> new ReconMessage.InterestResponse(interests(name));
      case "RangeRequest" -> new ReconMessage.RangeRequest(digest());
      case "RangeResponse" -> {
        int count = in.count(CborReader.ARRAY, limits.pieces(), name);
        List<RangeDigest> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          ranges.add(digest());
        }
        yield new ReconMessage.RangeResponse(ranges);
      }
      case "Value" -> value();
      default -> throw unknown(name);
    };
  }

  private static ReconException unknown(String name) {
    return new ReconException("There is no message of that name: " + name);
  }

  private List<KeyRange> interests(String what) throws IOException {
    int count = in.count(CborReader.ARRAY, limits.interests(), what);
    List<KeyRange> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Key[] bounds = new Key[2];
      members(
          "An interest",
          name -> {
            switch (name) {
              case "start" -> bounds[0] = key();
              case "end" -> bounds[1] = key();
              default -> {
                return false;
              }
            }
            return true;
          });
      ranges.add(new KeyRange(need(bounds[0], "start"), need(bounds[1], "end")));
    }
    return ranges;
  }

  private RangeDigest digest() throws IOException {
    Key[] bounds = new Key[2];
    RangeHash[] hash = new RangeHash[1];
    members(
        "A range",
        name -> {
          switch (name) {
            case "first" -> bounds[0] = key();
            case "last" -> bounds[1] = key();
            case "hash" -> hash[0] = hash();
            default -> {
              return false;
            }
          }
          return true;
        });
    return new RangeDigest(
        need(bounds[0], "first"), need(hash[0], "hash"), need(bounds[1], "last"));
  }

  private RangeHash hash() throws IOException {
    byte[][] hash = new byte[1][];
    long[] count = {-1};
    members(
        "A hash",
        name -> {
          switch (name) {
            case "hash" -> hash[0] = in.bytes(HASH_BYTES, "A hash");
            case "count" -> count[0] = in.expect(CborReader.UINT, "The count of a hash");
            default -> {
              return false;
            }
          }
          return true;
        });
    byte[] given = need(hash[0], "hash");
    if (count[0] < 0) {
      throw new ReconException("count is missing");
    }
    if (given.length != 0 && given.length != HASH_BYTES) {
      throw new ReconException("A hash of " + given.length + " bytes");
    }
    return new RangeHash(count[0], given.length == 0 ? RangeHash.EMPTY.hash() : given);
  }

  private ReconMessage value() throws IOException {
    Key[] key = new Key[1];
    byte[][] value = new byte[1][];
    long[] length = {-1};
    members(
        "A value",
        name -> {
          switch (name) {
            case "key" -> key[0] = key();
            case "value" -> {
              CborReader.Head head = in.head();
              length[0] = head.argument();
              value[0] = in.octets(head, limits.valueBytes(), "A value");
            }
            default -> {
              return false;
            }
          }
          return true;
        });
    Key of = need(key[0], "key");
    if (length[0] < 0) {
      throw new ReconException("value is missing");
    }
    return value(of, value[0], length[0]);
  }

  private ReconMessage denseValue() throws IOException {
    Key key = key();
    CborReader.Head head = in.head();
    return value(key, in.octets(head, limits.valueBytes(), "A value"), head.argument());
  }

  private static ReconMessage value(Key key, byte[] value, long length) {
    return value == null
        ? new ReconMessage.TooLarge(key, length)
        : new ReconMessage.Value(key, value);
  }

  private Key key() throws IOException {
    byte[] bytes =
        in.content(
            in.count(textKeys ? CborReader.TEXT : CborReader.BYTES, limits.keyBytes(), "A key"));
    if (textKeys) {
      CborReader.text(bytes, "A key");
    }
    return Key.of(bytes);
  }

  private static <T> T need(T member, String name) throws ReconException {
    if (member == null) {
      throw new ReconException(name + " is missing");
    }
    return member;
  }
}
