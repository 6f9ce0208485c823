package org.kiln.ipld;

import java.io.IOException;
import java.io.OutputStream;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;

/**
 * The kit's JSON with the semantics of JavaScript, one copy for all rooms of the house; see {@link
 * DagCbor}.
 */
public final class Json {
  private Json() {}

  /**
   * Parses UTF-8 text.
   *
   * @throws CodecException when the text is no JSON, or too long or nested too deep
   */
  public static Ipld parse(byte[] text) throws CodecException {
    return org.kiln.kit.ipld.Json.parse(text);
  }

  /** Parses UTF-8 text that must be an object. */
  public static Ipld.Map parseMap(byte[] text) throws CodecException {
    return org.kiln.kit.ipld.Json.parseMap(text);
  }

  /** Writes UTF-8 text as {@code JSON.stringify} would. */
  public static byte[] write(Ipld value) {
    return org.kiln.kit.ipld.Json.write(value);
  }

  /** Writes UTF-8 text to a stream, which stays open. */
  public static void write(Ipld value, OutputStream out) throws IOException {
    org.kiln.kit.ipld.Json.write(value, out);
  }

  /** The same value with its numbers as JavaScript holds them after decoding a block. */
  public static Ipld numbers(Ipld value) {
    return org.kiln.kit.ipld.Json.numbers(value);
  }
}
