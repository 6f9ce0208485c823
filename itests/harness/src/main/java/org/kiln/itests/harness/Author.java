package org.kiln.itests.harness;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;

/** An Ed25519 account that writes events. Thread-safe. */
public final class Author {
  private final Ed25519PrivateKeyParameters key;
  private final String did;
  private final byte[] protectedHeader;
  private final Optional<Block> capability;

  /** The account of a seed. */
  public Author(byte[] seed) {
    key = new Ed25519PrivateKeyParameters(seed, 0);
    byte[] multicodec = new byte[34];
    multicodec[0] = (byte) 0xed;
    multicodec[1] = 1;
    key.generatePublicKey().encode(multicodec, 2);
    String fragment = Multibase.BASE58BTC.encode(multicodec);
    did = "did:key:" + fragment;
    protectedHeader =
        ("{\"alg\":\"EdDSA\",\"kid\":\"" + did + "#" + fragment + "\"}")
            .getBytes(StandardCharsets.US_ASCII);
    capability = Optional.empty();
  }

  /** The same key in the name of another account. */
  private Author(Author key, String did, String protectedHeader, Optional<Block> capability) {
    this.key = key.key;
    this.did = did;
    this.protectedHeader = protectedHeader.getBytes(StandardCharsets.US_ASCII);
    this.capability = capability;
  }

  /** The account of another DID whose document lists this account's key under that fragment. */
  public Author as(String otherDid, String fragment) {
    return new Author(
        this,
        otherDid,
        "{\"alg\":\"EdDSA\",\"kid\":\"" + otherDid + "#" + fragment + "\"}",
        Optional.empty());
  }

  /**
   * This account's key as a session of another account.
   *
   * @param issuer the account's DID
   * @param cacao its capability, signed or not
   */
  public Author under(String issuer, Ipld.Map cacao) {
    Block block = Block.of(Cid.DAG_CBOR, DagCbor.encode(cacao));
    return new Author(
        this,
        issuer,
        "{\"alg\":\"EdDSA\",\"kid\":\""
            + did
            + "#"
            + publicKeyMultibase()
            + "\",\"cap\":\"ipfs://"
            + block.cid()
            + "\"}",
        Optional.of(block));
  }

  /** The public key: multibase of its multicodec. */
  public String publicKeyMultibase() {
    return did.substring("did:key:".length());
  }

  /** The account's DID. */
  public String did() {
    return did;
  }

  /** Signs a payload block. */
  public SignedEvent sign(Ipld payload) {
    Block block = Block.of(Cid.DAG_CBOR, DagCbor.encode(payload));
    Jws jws = signed(block.cid().bytes());
    return new SignedEvent(Block.of(Cid.DAG_JOSE, DagJose.encode(jws)), block, jws, capability);
  }

  /** A JWS over JSON in compact form, as the admin routes take it. */
  public String compact(String json) {
    return signed(json.getBytes(StandardCharsets.UTF_8)).compact();
  }

  private Jws signed(byte[] payload) {
    byte[] input = new Jws(payload, protectedHeader, new byte[64]).signingInput();
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(input, 0, input.length);
    return new Jws(payload, protectedHeader, signer.generateSignature());
  }

  /**
   * The init event of a tile.
   *
   * @param unique makes it another stream than one of equal content
   */
  public SignedEvent tile(Ipld content, String unique) {
    return sign(
        Ipld.Map.builder()
            .with("data", content)
            .with("header", header().with("unique", new Ipld.Text(unique)).build())
            .build());
  }

  /** The init event of a document of a model, whose {@code unique} are the bytes of a text. */
  public SignedEvent instance(StreamId model, Ipld content, String unique) {
    return sign(
        Ipld.Map.builder()
            .with("data", content)
            .with(
                "header",
                header()
                    .with("model", new Ipld.Bytes(model.bytes()))
                    .with("sep", new Ipld.Text("model"))
                    .with("unique", new Ipld.Bytes(unique.getBytes(StandardCharsets.US_ASCII)))
                    .build())
            .build());
  }

  /**
   * The init event of a model.
   *
   * @param properties the schema's
   * @param relation the account relation: {@code list}, {@code single}
   */
  public SignedEvent model(String name, Ipld.Map properties, String relation) {
    return sign(
        Ipld.map(
            "data",
            Ipld.map(
                "name", Ipld.of(name),
                "version", Ipld.of("1.0"),
                "schema",
                    Ipld.map(
                        "type",
                        Ipld.of("object"),
                        "properties",
                        properties,
                        "additionalProperties",
                        Ipld.FALSE),
                "accountRelation", Ipld.map("type", Ipld.of(relation))),
            "header",
            header()
                .with("model", new Ipld.Bytes(StreamId.MODEL.bytes()))
                .with("sep", Ipld.of("model"))
                .build()));
  }

  /** An update of a tile that sets one member of the content. */
  public SignedEvent replace(StreamId stream, Cid prev, String member, Ipld value) {
    Ipld.Map operation =
        Ipld.Map.builder()
            .with("op", new Ipld.Text("replace"))
            .with("path", new Ipld.Text("/" + member))
            .with("value", value)
            .build();
    return sign(
        Ipld.Map.builder()
            .with("id", new Ipld.Link(stream.init()))
            .with("prev", new Ipld.Link(prev))
            .with("data", new Ipld.List(List.of(operation)))
            .with("header", Ipld.Map.EMPTY)
            .build());
  }

  private Ipld.Map.Builder header() {
    return Ipld.Map.builder().with("controllers", new Ipld.List(List.of(new Ipld.Text(did))));
  }
}
