package org.kiln.anchor;

import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagCbor;

/** Reads what this room has written into its own tables. */
final class Records {
  private Records() {}

  static Ipld.Map map(byte[] value) {
    try {
      if (DagCbor.decode(value) instanceof Ipld.Map map) {
        return map;
      }
      throw broken("no map", null);
    } catch (CodecException e) {
      throw broken(e.getMessage(), e);
    }
  }

  static long number(Ipld.Map map, String key) {
    return number(map.entries().get(key));
  }

  static long number(Ipld value) {
    if (value instanceof Ipld.Int number) {
      return number.value().longValueExact();
    }
    throw broken("no number", null);
  }

  static String text(Ipld.Map map, String key) {
    return map.text(key).orElseThrow(() -> broken("no text '" + key + "'", null));
  }

  static Cid link(Ipld.Map map, String key) {
    return link(map.entries().get(key));
  }

  static Cid link(Ipld value) {
    if (value instanceof Ipld.Link link) {
      return link.cid();
    }
    throw broken("no link", null);
  }

  static byte[] bytes(Ipld value) {
    if (value instanceof Ipld.Bytes bytes) {
      return bytes.value();
    }
    throw broken("no bytes", null);
  }

  static Ipld.List list(Ipld value) {
    if (value instanceof Ipld.List list) {
      return list;
    }
    throw broken("no list", null);
  }

  static IllegalStateException broken(String what, Exception cause) {
    return new IllegalStateException("A record of the anchor queue is broken: " + what, cause);
  }
}
