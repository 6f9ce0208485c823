package org.kiln.http.one;

import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.log.EventLog;
import org.kiln.http.one.KuboEndpoint.Internal;
import org.kiln.http.one.KuboEndpoint.Refused;
import org.kiln.ipld.DagCbor;

/**
 * A path through the blocks of events: {@code [/ipfs/]cid/member/0/…}. Links are followed, and in a
 * signed envelope the payload, whose CID stands there as bytes.
 *
 * @param block the last block on the way
 * @param value what the path leads to
 * @param rest the part of the path within that block
 */
record KuboPath(Cid block, Ipld value, String rest) {
  private static final String PREFIX = "/ipfs/";
  private static final int MOST_SEGMENTS = 64;
  private static final int MAX_CHARS = 2048;

  /** Follows a path. */
  static KuboPath resolve(String path, EventLog log) throws Refused, Internal {
    if (path.length() > MAX_CHARS) {
      throw Refused.invalid("path longer than " + MAX_CHARS + " characters");
    }
    String own = path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : path;
    String[] segments = own.split("/");
    if (segments.length > MOST_SEGMENTS) {
      throw Refused.invalid("path of more than " + MOST_SEGMENTS + " segments");
    }
    Cid block = cid(segments.length == 0 ? "" : segments[0]);
    Ipld value = node(block, log);
    int within = 1;
    for (int i = 1; i < segments.length; i++) {
      value = member(value, segments[i]);
      Optional<Cid> link = link(value, segments[i], block);
      if (link.isPresent()) {
        block = link.get();
        value = node(block, log);
        within = i + 1;
      }
    }
    return new KuboPath(
        block, value, String.join("/", List.of(segments).subList(within, segments.length)));
  }

  static Cid cid(String text) throws Refused {
    try {
      return Cid.parse(text);
    } catch (IllegalArgumentException e) {
      throw Refused.invalid("invalid cid");
    }
  }

  /** A block by its hash, whatever codec it is asked under. */
  static Optional<Block> block(Cid cid, EventLog log) {
    Optional<Block> found = log.block(cid);
    for (long codec : new long[] {Cid.DAG_CBOR, Cid.DAG_JOSE}) {
      if (found.isEmpty()) {
        found = log.block(Cid.ofDigest(codec, cid.hashFunction(), cid.digest()));
      }
    }
    return found;
  }

  private static Ipld node(Cid cid, EventLog log) throws Internal {
    try {
      return DagCbor.decode(block(cid, log).orElseThrow(Internal::new).data());
    } catch (CodecException e) {
      throw new Internal();
    }
  }

  private static Ipld member(Ipld value, String name) throws Internal {
    Optional<Ipld> found =
        switch (value) {
          case Ipld.Map map -> map.get(name);
          case Ipld.List list when name.matches("[0-9]{1,6}") ->
              list.items().stream().skip(Integer.parseInt(name)).findFirst();
          default -> Optional.empty();
        };
    return found.orElseThrow(Internal::new);
  }

  private static Optional<Cid> link(Ipld value, String name, Cid block) {
    if (value instanceof Ipld.Link link) {
      return Optional.of(link.cid());
    }
    if (value instanceof Ipld.Bytes bytes
        && name.equals("payload")
        && block.codec() == Cid.DAG_JOSE) {
      try {
        return Optional.of(Cid.of(bytes.value()));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
