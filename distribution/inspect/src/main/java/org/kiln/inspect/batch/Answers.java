package org.kiln.inspect.batch;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagJson;

/** Words that answers share. */
final class Answers {
  private Answers() {}

  static Ipld.Map refused(String error) {
    return Ipld.map("ok", Ipld.FALSE, "error", Ipld.of(error));
  }

  static Ipld hex(byte[] bytes) {
    return Ipld.of(HexFormat.of().formatHex(bytes));
  }

  /** A value as DAG-JSON text. */
  static Ipld dagJson(Ipld value) {
    return Ipld.of(new String(DagJson.write(value), StandardCharsets.UTF_8));
  }

  static Ipld text(Object value) {
    return Ipld.of(value.toString());
  }
}
