package org.kiln.ipld;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;

/** The members of JOSE objects, between their binary and their JSON form. */
final class JoseMembers {
  private static final List<String> ENCRYPTED =
      List.of("ciphertext", "protected", "iv", "tag", "aad");

  private JoseMembers() {}

  /** Turns one binary member from one form into the other. */
  @FunctionalInterface
  interface Turn {
    /** The member in the other form. */
    Ipld apply(String name, Ipld value) throws CodecException;
  }

  /** The member as it stands, which must be bytes. */
  static Ipld same(String name, Ipld value) throws CodecException {
    return Ipld.Bytes.wrap(bytes(name, value));
  }

  static Ipld toText(String name, Ipld value) throws CodecException {
    return Ipld.of(Multibase.BASE64URL.encodeBody(bytes(name, value)));
  }

  static Ipld ofText(String name, Ipld value) throws CodecException {
    return Ipld.Bytes.wrap(decode(name, value));
  }

  static byte[] bytes(String name, Ipld value) throws CodecException {
    if (value instanceof Ipld.Bytes bytes) {
      return bytes.value();
    }
    throw new CodecException("Not a valid DAG-JOSE object: " + name + " is not bytes");
  }

  static byte[] text(Ipld.Map map, String name) throws CodecException {
    return decode(name, map.entries().get(name));
  }

  static Optional<Ipld.Map> header(Ipld.Map map) throws CodecException {
    Ipld header = map.entries().get("header");
    if (header == null) {
      return Optional.empty();
    }
    if (header instanceof Ipld.Map own) {
      return Optional.of(own);
    }
    throw new CodecException("Not a valid DAG-JOSE object: header is not a map");
  }

  static void checkLink(Ipld.Map map, Jose.Signed signed) throws CodecException {
    Optional<String> named =
        switch (map.entries().get("link")) {
          case Ipld.Link link -> Optional.of(link.cid().toString());
          case Ipld.Text text -> Optional.of(text.value());
          case null, default -> Optional.empty();
        };
    Optional<String> own = signed.link().map(Cid::toString);
    if (named.isPresent() && !named.equals(own)) {
      throw new CodecException(
          "JWS link " + named.get() + " is not the payload " + own.orElse("(which is no CID)"));
    }
  }

  /** The known members of an encrypted object, each binary one turned. */
  static Ipld.Map encrypted(Ipld.Map map, Turn turn) throws CodecException {
    if (map.get("ciphertext").isEmpty()) {
      throw new CodecException("Not a valid DAG-JOSE object: neither payload nor ciphertext");
    }
    Ipld.Map.Builder out = Ipld.Map.builder();
    for (String name : ENCRYPTED) {
      Ipld value = map.entries().get(name);
      if (value != null) {
        out.put(name, turn.apply(name, value));
      }
    }
    if (map.entries().get("unprotected") instanceof Ipld.Map unprotected) {
      out.put("unprotected", unprotected);
    }
    if (map.entries().get("recipients") instanceof Ipld.List list) {
      List<Ipld> recipients = new ArrayList<>();
      for (Ipld item : list.items()) {
        recipients.add(recipient(item, turn));
      }
      out.put("recipients", new Ipld.List(recipients));
    }
    return out.build();
  }

  private static Ipld recipient(Ipld item, Turn turn) throws CodecException {
    if (!(item instanceof Ipld.Map map)) {
      throw new CodecException("Not a valid DAG-JOSE object: a recipient is not a map");
    }
    Ipld.Map.Builder out = Ipld.Map.builder();
    Ipld key = map.entries().get("encrypted_key");
    if (key != null) {
      out.put("encrypted_key", turn.apply("encrypted_key", key));
    }
    header(map).ifPresent(header -> out.put("header", header));
    return out.build();
  }

  private static byte[] decode(String name, Ipld value) throws CodecException {
    if (!(value instanceof Ipld.Text text)) {
      throw new CodecException("JWS: " + name + " is not text");
    }
    try {
      return Multibase.BASE64URL.decodeBody(text.value());
    } catch (IllegalArgumentException e) {
      throw new CodecException("JWS: " + name + ": " + e.getMessage(), e);
    }
  }
}
