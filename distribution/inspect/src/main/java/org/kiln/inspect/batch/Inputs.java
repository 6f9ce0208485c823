package org.kiln.inspect.batch;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.inspect.RefusedException;

/** The inputs of one entry. */
record Inputs(Ipld.Map map) {

  boolean has(String name) {
    return map.get(name).isPresent();
  }

  Ipld get(String name) throws RefusedException {
    return map.get(name).orElseThrow(() -> new RefusedException("inputs." + name + " is missing"));
  }

  Optional<String> optionalText(String name) {
    return map.text(name);
  }

  String text(String name) throws RefusedException {
    return map.text(name)
        .orElseThrow(() -> new RefusedException("inputs." + name + " is missing or not text"));
  }

  long number(String name) throws RefusedException {
    if (get(name) instanceof Ipld.Int number && number.value().bitLength() < 63) {
      return number.value().longValue();
    }
    throw new RefusedException("inputs." + name + " is not a whole number");
  }

  byte[] hex(String name) throws RefusedException {
    return HexFormat.of().parseHex(text(name));
  }

  Cid cid(String name) throws RefusedException {
    return Cid.parse(text(name));
  }

  Ipld.Map object(String name) throws RefusedException {
    if (get(name) instanceof Ipld.Map own) {
      return own;
    }
    throw new RefusedException("inputs." + name + " is not an object");
  }

  List<Ipld> list(String name) throws RefusedException {
    if (get(name) instanceof Ipld.List own) {
      return own.items();
    }
    throw new RefusedException("inputs." + name + " is not a list");
  }
}
