package org.kiln.libp2p.identify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.net.Multiaddr;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.libp2p.key.PublicKey;

/**
 * What a peer says of itself. In a push, what is absent has not changed; an empty list counts as
 * absent.
 *
 * @param publicKey serialised
 * @param listen addresses it listens on
 * @param protocols ids it accepts streams for
 * @param observed where it sees us
 * @param agent its software
 * @param signedRecord envelope of a {@link PeerRecord}
 * @see <a href="https://github.com/libp2p/specs/blob/master/identify/README.md">identify</a>
 */
public record IdentifyMessage(
    Optional<byte[]> publicKey,
    List<Multiaddr> listen,
    Set<String> protocols,
    Optional<Multiaddr> observed,
    Optional<String> agent,
    Optional<byte[]> signedRecord) {
  /** Longest message read; ours stay below half of it, the most that rust-libp2p reads. */
  public static final int MAX_BYTES = 8 * 1024;

  /** Says nothing. */
  public static final IdentifyMessage EMPTY =
      new IdentifyMessage(
          Optional.empty(),
          List.of(),
          Set.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static final String PROTOCOL_VERSION = "ipfs/0.1.0";
  private static final int MAX_FIELDS = 2048;
  private static final int MAX_ADDRESSES = 64;
  private static final int MAX_PROTOCOLS = 1024;
  private static final int MAX_TEXT = 256;

  /**
   * Reads one message.
   *
   * @throws ProtobufException when it is malformed or beyond bounds
   */
  public static IdentifyMessage decode(byte[] bytes) throws ProtobufException {
    Optional<byte[]> key = Optional.empty();
    List<Multiaddr> listen = new ArrayList<>();
    Set<String> protocols = new LinkedHashSet<>();
    List<Multiaddr> observed = new ArrayList<>();
    Optional<String> agent = Optional.empty();
    Optional<byte[]> record = Optional.empty();
    ProtobufReader reader = ProtobufReader.of(bytes, MAX_FIELDS);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> key = Optional.of(reader.bytes(PublicKey.MAX_BYTES));
        case 2 -> {
          if (listen.size() < MAX_ADDRESSES) {
            Addresses.add(reader.bytes(MAX_BYTES), listen);
          }
        }
        case 3 -> {
          if (protocols.size() < MAX_PROTOCOLS && reader.length() <= MAX_TEXT) {
            protocols.add(reader.string(MAX_TEXT));
          }
        }
        case 4 -> {
          observed.clear();
          Addresses.add(reader.bytes(MAX_BYTES), observed);
        }
        case 6 -> agent = Optional.of(clean(reader.string(MAX_BYTES)));
        case 8 -> record = Optional.of(reader.bytes(PeerRecord.MAX_BYTES));
        default -> {}
      }
    }
    return new IdentifyMessage(
        key,
        List.copyOf(listen),
        Set.copyOf(protocols),
        observed.stream().findFirst(),
        agent,
        record);
  }

  /** It is shown to operators, so it shall fit on a line. */
  private static String clean(String agent) {
    String printable = agent.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > MAX_TEXT ? printable.substring(0, MAX_TEXT) : printable;
  }

  /** Both together: lists add up, single values of the other one win. */
  public IdentifyMessage merge(IdentifyMessage later) {
    List<Multiaddr> allListen = new ArrayList<>(new LinkedHashSet<>(join(listen, later.listen)));
    List<String> allProtocols =
        new ArrayList<>(new LinkedHashSet<>(join(protocols, later.protocols)));
    return new IdentifyMessage(
        later.publicKey.or(() -> publicKey),
        allListen.subList(0, Math.min(MAX_ADDRESSES, allListen.size())),
        Set.copyOf(allProtocols.subList(0, Math.min(MAX_PROTOCOLS, allProtocols.size()))),
        later.observed.or(() -> observed),
        later.agent.or(() -> agent),
        later.signedRecord.or(() -> signedRecord));
  }

  private static <T> List<T> join(Iterable<T> first, Iterable<T> second) {
    List<T> all = new ArrayList<>();
    first.forEach(all::add);
    second.forEach(all::add);
    return all;
  }

  /** This, where the news say nothing; the news elsewhere. */
  public IdentifyMessage update(IdentifyMessage news) {
    return new IdentifyMessage(
        news.publicKey.or(() -> publicKey),
        news.listen.isEmpty() ? listen : news.listen,
        news.protocols.isEmpty() ? protocols : news.protocols,
        news.observed.or(() -> observed),
        news.agent.or(() -> agent),
        news.signedRecord.or(() -> signedRecord));
  }

  /** The wire form. */
  public byte[] encode() {
    ProtobufWriter out = new ProtobufWriter();
    publicKey.ifPresent(key -> out.bytes(1, key));
    listen.forEach(address -> out.bytes(2, address.bytes()));
    protocols.forEach(protocol -> out.string(3, protocol));
    observed.ifPresent(address -> out.bytes(4, address.bytes()));
    out.string(5, PROTOCOL_VERSION);
    agent.ifPresent(text -> out.string(6, text));
    signedRecord.ifPresent(envelope -> out.bytes(8, envelope));
    return out.toByteArray();
  }
}
