package org.kiln.ipld.event;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jose;
import org.kiln.ipld.event.EventDecoder.Blocks;

/**
 * The JSON forms of events in the v0 HTTP API, where they are called commits. Thread-safe.
 *
 * <ul>
 *   <li>signed: {@code {jws: {payload, signatures, link}, linkedBlock, cacaoBlock?}}, blocks base64
 *   <li>bare: {@code {payload, signatures, link}}, whose linked block the node has already
 *   <li>time: {@code {id?, prev, proof, path}}, links as text
 *   <li>plain: an unsigned event; {@code id} and {@code prev} links as text; {@code model}, {@code
 *       context} and {@code unique} of the header base64
 * </ul>
 *
 * <p>Exactly the members received are encoded: {@code data: null} and no {@code data} are two
 * different events.
 */
public final class CommitJson {
  private static final List<String> LINKS = List.of("id", "prev", "proof");
  private static final List<String> HEADER_BYTES = List.of("model", "context", "unique");

  private CommitJson() {}

  /**
   * An event as it came.
   *
   * @param root the event's CID
   * @param blocks the blocks that came with it, each verified against its CID
   */
  public record Parsed(Cid root, Map<Cid, Block> blocks) {}

  /**
   * Reads one event.
   *
   * @param commit JSON as {@link org.kiln.ipld.Json} reads it
   * @throws CodecException when it has none of the forms, or a block is not the one that is named
   */
  public static Parsed read(Ipld.Map commit) throws CodecException {
    Ipld jws = commit.entries().get("jws");
    if (jws != null) {
      if (jws instanceof Ipld.Map own) {
        return signed(own, commit);
      }
      throw new CodecException("Commit: jws is not an object");
    }
    if (commit.get("link").isPresent()) {
      return signed(commit, Ipld.Map.EMPTY);
    }
    return parsed(Block.of(Cid.DAG_CBOR, DagCbor.encode(plain(commit))));
  }

  /**
   * Writes one event.
   *
   * @param root the event's CID
   * @param blocks where its blocks are
   * @throws CodecException when its own block is missing or none of an event; other blocks that are
   *     missing are left out
   */
  public static Ipld.Map write(Cid root, Blocks blocks) throws CodecException {
    Block block =
        blocks
            .find(root)
            .orElseThrow(() -> new CodecException("Event block " + root + " is missing"));
    if (root.codec() == Cid.DAG_JOSE) {
      return container(block, blocks);
    }
    Ipld.Map.Builder json = Ipld.Map.builder();
    EventDecoder.map(block)
        .entries()
        .forEach(
            (name, value) -> {
              if (LINKS.contains(name) && value instanceof Ipld.Link link) {
                json.put(name, Ipld.of(link.cid().toString()));
              } else if (name.equals("header") && value instanceof Ipld.Map header) {
                json.put(name, headerToText(header));
              } else {
                json.put(name, value);
              }
            });
    return json.build();
  }

  private static Parsed signed(Ipld.Map jws, Ipld.Map commit) throws CodecException {
    if (!(Jose.ofJson(jws) instanceof Jose.Signed signed)) {
      throw new CodecException("Commit: the jws is not signed");
    }
    Cid link =
        signed.link().orElseThrow(() -> new CodecException("Commit: the jws payload is no CID"));
    Parsed parsed = parsed(Block.of(Cid.DAG_JOSE, DagJose.encode(signed)));
    Optional<byte[]> linked = block(commit, "linkedBlock");
    if (linked.isPresent()) {
      add(parsed, link, linked.get());
    }
    Optional<byte[]> capability = block(commit, "cacaoBlock");
    if (capability.isPresent()) {
      Cid cap =
          Jose.single(signed)
              .header()
              .capability()
              .orElseThrow(
                  () ->
                      new CodecException("Commit: cacaoBlock without cap in the protected header"));
      add(parsed, cap, capability.get());
    }
    return parsed;
  }

  private static Parsed parsed(Block root) {
    Map<Cid, Block> blocks = HashMap.newHashMap(3);
    blocks.put(root.cid(), root);
    return new Parsed(root.cid(), blocks);
  }

  private static void add(Parsed parsed, Cid cid, byte[] data) throws CodecException {
    Block block = new Block(cid, data);
    if (!block.verified()) {
      throw new CodecException(
          "block hash mismatch: the block given for "
              + cid
              + " is "
              + Cid.sha256(cid.codec(), data));
    }
    parsed.blocks().put(cid, block);
  }

  private static Optional<byte[]> block(Ipld.Map commit, String name) throws CodecException {
    Ipld value = commit.entries().get(name);
    return value == null || value instanceof Ipld.Null
        ? Optional.empty()
        : Optional.of(base64(name, value));
  }

  private static Ipld.Map plain(Ipld.Map commit) throws CodecException {
    Ipld.Map.Builder block = Ipld.Map.builder();
    for (Map.Entry<String, Ipld> member : commit.entries().entrySet()) {
      String name = member.getKey();
      Ipld value = member.getValue();
      if (LINKS.contains(name)) {
        block.put(name, link(name, value));
      } else if (name.equals("header") && value instanceof Ipld.Map header) {
        block.put(name, headerToBytes(header));
      } else {
        block.put(name, value);
      }
    }
    return block.build();
  }

  private static Ipld.Map headerToBytes(Ipld.Map header) throws CodecException {
    Ipld.Map.Builder block = Ipld.Map.builder();
    for (Map.Entry<String, Ipld> member : header.entries().entrySet()) {
      String name = member.getKey();
      Ipld value = member.getValue();
      boolean bytes = HEADER_BYTES.contains(name) && !isBlank(value);
      block.put(name, bytes ? Ipld.Bytes.wrap(base64("header." + name, value)) : value);
    }
    return block.build();
  }

  /** What JavaScript takes for false it also passes through unchanged. */
  private static boolean isBlank(Ipld value) {
    return value instanceof Ipld.Null || value instanceof Ipld.Text text && text.value().isEmpty();
  }

  private static Ipld headerToText(Ipld.Map header) {
    Ipld.Map.Builder json = Ipld.Map.builder();
    header
        .entries()
        .forEach(
            (name, value) ->
                json.put(
                    name,
                    HEADER_BYTES.contains(name) && value instanceof Ipld.Bytes bytes
                        ? Ipld.of(Multibase.BASE64.encodeBody(bytes.value()))
                        : value));
    return json.build();
  }

  private static Ipld.Map container(Block envelope, Blocks blocks) throws CodecException {
    if (!(DagJose.read(envelope.data()) instanceof Jose.Signed signed)) {
      throw new CodecException("Event " + envelope.cid() + " is not signed");
    }
    Ipld.Map jws = signed.toJson();
    Optional<Cid> link = signed.link();
    if (link.isPresent()) {
      jws = jws.with("link", Ipld.of(link.get().toString()));
    }
    Optional<Block> linked = link.flatMap(blocks::find);
    if (linked.isEmpty()) {
      return jws;
    }
    Ipld.Map.Builder json =
        Ipld.Map.builder().with("jws", jws).with("linkedBlock", text(linked.get()));
    Jose.single(signed)
        .header()
        .capability()
        .flatMap(blocks::find)
        .ifPresent(capability -> json.put("cacaoBlock", text(capability)));
    return json.build();
  }

  private static Ipld text(Block block) {
    return Ipld.of(Multibase.BASE64.encodeBody(block.data()));
  }

  private static Ipld link(String name, Ipld value) throws CodecException {
    if (!(value instanceof Ipld.Text text)) {
      throw new CodecException("Commit: " + name + " is not a CID");
    }
    try {
      return Ipld.of(Cid.parse(text.value()));
    } catch (IllegalArgumentException e) {
      throw new CodecException("Commit: " + name + ": " + e.getMessage(), e);
    }
  }

  /** Standard alphabet, padding tolerated (http-api-v0). */
  private static byte[] base64(String name, Ipld value) throws CodecException {
    if (!(value instanceof Ipld.Text text)) {
      throw new CodecException("Commit: " + name + " is not base64 text");
    }
    int end = text.value().length();
    while (end > 0 && text.value().charAt(end - 1) == '=') {
      end--;
    }
    try {
      return Multibase.BASE64.decodeBody(text.value().substring(0, end));
    } catch (IllegalArgumentException e) {
      throw new CodecException("Commit: " + name + ": " + e.getMessage(), e);
    }
  }
}
