package org.kiln.net.recon.peer;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;
import org.kiln.ipld.Json;
import org.kiln.ipld.Jws;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.net.recon.range.Key;

/**
 * Where a node says it can be dialled, and until when: eleven digits, a dot, and a JWS signed with
 * the key of its peer id. Immutable.
 *
 * @param key all of it, as it goes over the wire
 * @param peer whose it is
 * @param expiration unix seconds
 * @param addresses with or without the peer id at their ends
 */
public record PeerKey(Key key, PeerId peer, long expiration, List<Multiaddr> addresses) {
  private static final int DIGITS = 11;
  private static final int PUBLIC_KEY_BYTES = 32;
  private static final int MAX_ADDRESSES = 32;
  private static final byte[] SERIALISED = {0x08, 0x01, 0x12, 0x20};
  private static final byte[] MULTICODEC = {(byte) 0xed, 0x01};

  /** The bound that lies before all keys that expire then or later. */
  public static Key fencepost(long seconds) {
    return Key.of(digits(seconds).getBytes(StandardCharsets.UTF_8));
  }

  /** Above all keys. */
  static final Key LAST = Key.of("99999999999".getBytes(StandardCharsets.UTF_8));

  private static String digits(long seconds) {
    return String.format(Locale.ROOT, "%011d", seconds);
  }

  /** Whether a key can only be a bound. */
  static boolean isFencepost(Key key) {
    for (byte b : key.bytes()) {
      if (b == '.') {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes the node's own.
   *
   * @param addresses where it listens
   * @param expiration unix seconds
   */
  public static PeerKey sign(PeerNetwork network, List<Multiaddr> addresses, long expiration) {
    PeerId self = network.self();
    byte[] publicKey = publicKey(self);
    ByteArrayOutputStream multikey = new ByteArrayOutputStream();
    multikey.writeBytes(MULTICODEC);
    multikey.writeBytes(publicKey);
    List<Multiaddr> full = addresses.stream().map(address -> withPeer(address, self)).toList();
    String header =
        "{\"alg\":\"EdDSA\",\"kid\":\""
            + Multibase.BASE58BTC.encode(multikey.toByteArray())
            + "\"}";
    List<String> octets = new ArrayList<>();
    for (byte b : publicKey) {
      octets.add(Integer.toString(b & 0xff));
    }
    String payload =
        "{\"id\":{\"public_ed25519_key_bytes\":["
            + String.join(",", octets)
            + "]},\"expiration\":"
            + expiration
            + ",\"addresses\":["
            + full.stream()
                .map(address -> '"' + address.toString() + '"')
                .collect(Collectors.joining(","))
            + "]}";
    Jws unsigned = new Jws(utf8(payload), utf8(header), new byte[0]);
    Jws jws = new Jws(utf8(payload), utf8(header), network.sign(unsigned.signingInput()));
    Key key = Key.of(utf8(digits(expiration) + "." + jws.compact()));
    return new PeerKey(key, self, expiration, full);
  }

  private static Multiaddr withPeer(Multiaddr address, PeerId peer) {
    return address.peer().isPresent() ? address : address.withPeer(peer);
  }

  private static byte[] publicKey(PeerId peer) {
    byte[] serialised =
        peer.publicKey()
            .filter(key -> key.length == SERIALISED.length + PUBLIC_KEY_BYTES)
            .orElseThrow(() -> new IllegalStateException("The node's own key is not Ed25519"));
    byte[] key = new byte[PUBLIC_KEY_BYTES];
    System.arraycopy(serialised, SERIALISED.length, key, 0, key.length);
    return key;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads one of another node, whose signature is still to be checked.
   *
   * @throws CodecException when it is none
   */
  static PeerKey parse(Key key) throws CodecException {
    String text = new String(key.bytes(), StandardCharsets.UTF_8);
    if (text.length() < DIGITS + 2 || !text.matches("[0-9]{11}\\.[\\x21-\\x7e]+")) {
      throw new CodecException("A peer key begins with eleven digits and a dot");
    }
    Jws jws = jws(key);
    if (!Json.parseMap(jws.protectedHeader()).text("alg").equals(Optional.of("EdDSA"))) {
      throw new CodecException("A peer key is signed with EdDSA");
    }
    Ipld.Map payload = Json.parseMap(jws.payload());
    PeerId peer = peer(payload);
    long expiration = number(payload.get("expiration").orElse(Ipld.NULL), Long.MAX_VALUE);
    if (!digits(expiration).equals(text.substring(0, DIGITS))) {
      throw new CodecException("A peer key expires at another time than it begins with");
    }
    return new PeerKey(key, peer, expiration, addresses(payload, peer));
  }

  private static Jws jws(Key key) throws CodecException {
    return Jws.parseCompact(new String(key.bytes(), StandardCharsets.UTF_8).substring(DIGITS + 1));
  }

  /**
   * Checks its signature.
   *
   * @throws CodecException when that does not hold
   */
  void verify(PeerNetwork network) throws CodecException {
    Jws jws = jws(key);
    if (!network.verify(peer, null, jws.signingInput(), jws.signature())) {
      throw new CodecException("The signature of a peer key of " + peer + " does not hold");
    }
  }

  private static PeerId peer(Ipld.Map payload) throws CodecException {
    if (payload.get("id").orElse(Ipld.NULL) instanceof Ipld.Map id
        && id.get("public_ed25519_key_bytes").orElse(Ipld.NULL) instanceof Ipld.List octets
        && octets.items().size() == PUBLIC_KEY_BYTES) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(SERIALISED);
      for (Ipld octet : octets.items()) {
        out.write((int) number(octet, 255));
      }
      return PeerId.ofPublicKey(out.toByteArray());
    }
    throw new CodecException("A peer key has no Ed25519 key of 32 numbers");
  }

  private static long number(Ipld value, long max) throws CodecException {
    if (value instanceof Ipld.Int number
        && number.value().signum() >= 0
        && number.value().compareTo(BigInteger.valueOf(max)) <= 0) {
      return number.value().longValue();
    }
    throw new CodecException("A number of a peer key is none, or too large");
  }

  private static List<Multiaddr> addresses(Ipld.Map payload, PeerId peer) throws CodecException {
    if (!(payload.get("addresses").orElse(Ipld.NULL) instanceof Ipld.List list)
        || list.items().size() > MAX_ADDRESSES) {
      throw new CodecException("A peer key has no addresses, or more than " + MAX_ADDRESSES);
    }
    List<Multiaddr> addresses = new ArrayList<>();
    for (Ipld item : list.items()) {
      if (!(item instanceof Ipld.Text text)) {
        throw new CodecException("An address of a peer key is not text");
      }
      try {
        Multiaddr address = Multiaddrs.parse(text.value());
        if (!address.peer().orElse(peer).equals(peer)) {
          throw new CodecException("An address of a peer key is another peer's");
        }
        addresses.add(address);
      } catch (IllegalArgumentException e) {
        // A transport we do not know: the others may do.
        continue;
      }
    }
    return List.copyOf(addresses);
  }
}
