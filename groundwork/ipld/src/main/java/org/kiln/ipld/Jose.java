package org.kiln.ipld;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;

/**
 * A JOSE object as DAG-JOSE holds it, in whole: any number of signatures, or encrypted. Events use
 * {@link Jws} alone; this is for what has to be shown or passed on unchanged.
 */
public sealed interface Jose {

  /**
   * Signed.
   *
   * @param payload the payload bytes
   * @param signatures the signatures in their order
   */
  record Signed(byte[] payload, List<Signature> signatures) implements Jose {
    /** Copies the list. */
    public Signed {
      signatures = List.copyOf(signatures);
    }

    /** The payload as a CID; empty when it is none. */
    public Optional<Cid> link() {
      try {
        return Optional.of(Cid.of(payload));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * One signature.
   *
   * @param protectedHeader the header that is signed, JSON text bytes
   * @param signature the signature bytes
   * @param header the header that is not signed
   */
  record Signature(Optional<byte[]> protectedHeader, byte[] signature, Optional<Ipld.Map> header) {}

  /**
   * Encrypted (RFC 7516).
   *
   * @param members the known members as they stand in the block
   */
  record Encrypted(Ipld.Map members) implements Jose {}

  /** The one signature as a JWS. */
  static Jws single(Signed signed) throws CodecException {
    if (signed.signatures().size() != 1) {
      throw new CodecException(
          "Cant convert to compact jws: " + signed.signatures().size() + " signatures");
    }
    Signature only = signed.signatures().get(0);
    byte[] header =
        only.protectedHeader()
            .orElseThrow(() -> new CodecException("JWS signature without a protected header"));
    return new Jws(signed.payload(), header, only.signature());
  }

  /** A signed object with that one signature. */
  static Signed of(Jws jws) {
    return new Signed(
        jws.payload(),
        List.of(
            new Signature(Optional.of(jws.protectedHeader()), jws.signature(), Optional.empty())));
  }

  /**
   * Reads the general JSON form, binary parts base64url.
   *
   * @throws CodecException when it is no such form, or carries a {@code link} that is not the
   *     payload
   */
  static Jose ofJson(Ipld.Map json) throws CodecException {
    if (json.get("payload").isEmpty()) {
      return new Encrypted(JoseMembers.encrypted(json, JoseMembers::ofText));
    }
    byte[] payload = JoseMembers.text(json, "payload");
    if (!(json.entries().get("signatures") instanceof Ipld.List list)) {
      throw new CodecException("JWS: no signatures");
    }
    List<Signature> signatures = new ArrayList<>();
    for (Ipld item : list.items()) {
      if (!(item instanceof Ipld.Map map)) {
        throw new CodecException("JWS: a signature is not an object");
      }
      signatures.add(
          new Signature(
              map.get("protected").isPresent()
                  ? Optional.of(JoseMembers.text(map, "protected"))
                  : Optional.empty(),
              JoseMembers.text(map, "signature"),
              JoseMembers.header(map)));
    }
    Signed signed = new Signed(payload, signatures);
    JoseMembers.checkLink(json, signed);
    return signed;
  }

  /**
   * Writes the general JSON form; the {@code link} is a link, present when the payload is a CID.
   */
  default Ipld.Map toJson() {
    return switch (this) {
      case Encrypted encrypted -> {
        try {
          yield JoseMembers.encrypted(encrypted.members(), JoseMembers::toText);
        } catch (CodecException e) {
          throw new IllegalArgumentException(e.getMessage(), e);
        }
      }
      case Signed signed -> {
        List<Ipld> signatures = new ArrayList<>();
        for (Signature one : signed.signatures()) {
          Ipld.Map.Builder entry = Ipld.Map.builder();
          one.protectedHeader()
              .ifPresent(
                  own -> entry.put("protected", Ipld.of(Multibase.BASE64URL.encodeBody(own))));
          entry.put("signature", Ipld.of(Multibase.BASE64URL.encodeBody(one.signature())));
          one.header().ifPresent(own -> entry.put("header", own));
          signatures.add(entry.build());
        }
        Ipld.Map.Builder json =
            Ipld.Map.builder()
                .with("payload", Ipld.of(Multibase.BASE64URL.encodeBody(signed.payload())))
                .with("signatures", new Ipld.List(signatures));
        signed.link().ifPresent(cid -> json.put("link", Ipld.of(cid)));
        yield json.build();
      }
    };
  }
}
