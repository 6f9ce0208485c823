package org.kiln.ipld;

import org.kiln.api.ipld.Ipld;

/** Plain JSON, the numbers as JavaScript reads and writes them. */
public final class Json {
  private Json() {}

  /** Parses UTF-8 text; a whole-number decimal within the safe range becomes an integer. */
  public static Ipld parse(byte[] text) throws CodecException {
    throw new CodecException("pending");
  }

  /** Writes UTF-8 text as JSON.stringify would; links and bytes are refused. */
  public static byte[] write(Ipld value) {
    throw new IllegalStateException("pending");
  }
}
