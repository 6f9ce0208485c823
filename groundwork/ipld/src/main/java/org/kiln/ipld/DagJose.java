package org.kiln.ipld;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;

/**
 * DAG-JOSE: the envelope block of a signed event, DAG-CBOR with fixed members. Unknown members are
 * passed over, as in the JavaScript library. Thread-safe.
 *
 * @see <a href="https://ipld.io/specs/codecs/dag-jose/spec/">DAG-JOSE</a>
 */
public final class DagJose {
  private DagJose() {}

  /**
   * Decodes a signed envelope; exactly one signature.
   *
   * @throws CodecException when the block is none
   */
  public static Jws decode(byte[] block) throws CodecException {
    if (read(block) instanceof Jose.Signed signed) {
      return Jose.single(signed);
    }
    throw new CodecException("DAG-JOSE: encrypted, not signed");
  }

  /**
   * Decodes any DAG-JOSE block.
   *
   * @throws CodecException when the block is none, or carries a {@code link} that is not its
   *     payload
   */
  public static Jose read(byte[] block) throws CodecException {
    if (!(DagCbor.decode(block) instanceof Ipld.Map map)) {
      throw new CodecException("Not a valid DAG-JOSE object: not a map");
    }
    Ipld payload = map.entries().get("payload");
    if (payload == null) {
      return new Jose.Encrypted(JoseMembers.encrypted(map, JoseMembers::same));
    }
    if (!(map.entries().get("signatures") instanceof Ipld.List list)) {
      throw new CodecException("Not a valid DAG-JOSE object: no signatures");
    }
    byte[] bytes = JoseMembers.bytes("payload", payload);
    List<Jose.Signature> signatures = new ArrayList<>(list.items().size());
    for (Ipld item : list.items()) {
      if (!(item instanceof Ipld.Map entry)) {
        throw new CodecException("Not a valid DAG-JOSE object: a signature is not a map");
      }
      Ipld own = entry.entries().get("protected");
      signatures.add(
          new Jose.Signature(
              own == null ? Optional.empty() : Optional.of(JoseMembers.bytes("protected", own)),
              JoseMembers.bytes("signature", entry.entries().get("signature")),
              JoseMembers.header(entry)));
    }
    Jose.Signed signed = new Jose.Signed(bytes, signatures);
    JoseMembers.checkLink(map, signed);
    return signed;
  }

  /** The canonical block. */
  public static byte[] encode(Jws jws) {
    return encode(Jose.of(jws));
  }

  /** The canonical block; the link is never stored. */
  public static byte[] encode(Jose jose) {
    return switch (jose) {
      case Jose.Encrypted encrypted -> DagCbor.encode(encrypted.members());
      case Jose.Signed signed -> {
        List<Ipld> signatures = new ArrayList<>();
        for (Jose.Signature one : signed.signatures()) {
          Ipld.Map.Builder entry = Ipld.Map.builder();
          one.header().ifPresent(header -> entry.put("header", header));
          one.protectedHeader().ifPresent(own -> entry.put("protected", Ipld.Bytes.wrap(own)));
          entry.put("signature", Ipld.Bytes.wrap(one.signature()));
          signatures.add(entry.build());
        }
        yield DagCbor.encode(
            Ipld.Map.builder()
                .with("payload", Ipld.Bytes.wrap(signed.payload()))
                .with("signatures", new Ipld.List(signatures))
                .build());
      }
    };
  }
}
