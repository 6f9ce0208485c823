package org.kiln.kit.ipld;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import org.kiln.api.ipld.CodecException;

/**
 * What DAG-JSON and plain JSON share: limits, UTF-8 only, and JavaScript's way to escape. Reads
 * other shapes within the same limits, when whoever asks takes the tokens. Thread-safe.
 */
public final class JsonText {
  /** Longest text that is read, in bytes. */
  static final int MAX_BYTES = 32 << 20;

  /** Deepest nesting that is read and written. */
  static final int MAX_DEPTH = DagCbor.MAX_DEPTH + 8;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // The table of names is shared: a full one must not make the next text unreadable.
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_BYTES)
                  .maxStringLength(MAX_BYTES)
                  .maxNumberLength(1_000)
                  .build())
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH + 8).build())
          .build();

  private JsonText() {}

  /**
   * Builds a value from one token and what follows it.
   *
   * @param <T> what is built
   */
  @FunctionalInterface
  public interface Builder<T> {
    /** The value that begins with that token. */
    T build(JsonParser parser, JsonToken first) throws IOException, CodecException;
  }

  /**
   * Reads UTF-8 text that is one value.
   *
   * @param format begins every message
   * @throws CodecException when it is broken, too long or nested too deep
   */
  public static <T> T read(byte[] text, String format, Builder<T> builder) throws CodecException {
    if (text.length > MAX_BYTES) {
      throw new CodecException(
          format + " of " + text.length + " bytes is longer than " + MAX_BYTES);
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new CodecException(format + ": empty text");
      }
      T value = builder.build(parser, first);
      if (parser.nextToken() != null) {
        throw new CodecException(format + ": text after the value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new CodecException(format + ": " + what(e, text), e);
    } catch (IOException e) {
      // Malformed UTF-8 arrives as a plain CharConversionException.
      throw new CodecException(format + ": the text is not UTF-8", e);
    }
  }

  /** What is wrong, in our own words: a parser's speak of its features and Java's classes. */
  private static String what(JsonProcessingException e, byte[] text) {
    if (e instanceof StreamConstraintsException) {
      return "the text is nested deeper than "
          + MAX_DEPTH
          + ", or has a longer number than is read";
    }
    long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
    if (e instanceof JsonEOFException || at >= text.length) {
      return "the text ends too early";
    }
    if (at < 0) {
      return "the text is broken";
    }
    int found = text[(int) at] & 0xff;
    String shown =
        found > ' ' && found < 0x7f ? "'" + (char) found + "'" : String.format("0x%02x", found);
    return "the text is broken at or before byte " + at + ", " + shown;
  }

  /**
   * Writes text; a lone surrogate is escaped, as JSON.stringify does, since UTF-8 has no place for
   * it.
   */
  static void writeText(JsonGenerator out, String text) throws IOException {
    if (Utf8.isWellFormed(text)) {
      out.writeString(text);
    } else {
      out.writeRawValue(escaped(text));
    }
  }

  /** Writes a name; a lone surrogate becomes U+FFFD, as it would in a block. */
  static void writeName(JsonGenerator out, String name) throws IOException {
    out.writeFieldName(Utf8.wellFormed(name));
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16).append('"');
    text.codePoints().forEach(c -> escape(c, out));
    return out.append('"').toString();
  }

  private static void escape(int c, StringBuilder out) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < 0x20 || Utf8.isSurrogate(c)) {
          out.append(String.format("\\u%04x", c));
        } else {
          out.appendCodePoint(c);
        }
      }
    }
  }
}
