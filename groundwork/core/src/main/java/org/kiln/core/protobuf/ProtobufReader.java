package org.kiln.core.protobuf;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks over the fields of one message without making objects of them: call {@link #next}, look at
 * {@link #field}, then take the value or go on. Fields nobody takes are skipped. A budget of
 * fields, shared with the messages inside, bounds what a frame may cost. Not thread-safe.
 *
 * <pre>{@code
 * while (reader.next()) {
 *   switch (reader.field()) {
 *     case 1 -> key = reader.bytes(64);
 *     case 2 -> name = reader.string(256);
 *     default -> {}
 *   }
 * }
 * }</pre>
 */
public final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;
  private static final int MAX_DEPTH = 16;

  private static final class Budget {
    int fields;
  }

  private final byte[] bytes;
  private final int end;
  private final int depth;
  private final Budget budget;
  private int at;
  private int field;
  private int wireType;
  private int fieldStart;
  private int valueStart;
  private int valueLength;
  private long number;

  private ProtobufReader(byte[] bytes, int from, int end, int depth, Budget budget) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.depth = depth;
    this.budget = budget;
  }

  /**
   * A reader of a whole message.
   *
   * @param maxFields fields it may have, those of inner messages included
   */
  public static ProtobufReader of(byte[] message, int maxFields) {
    Budget budget = new Budget();
    budget.fields = maxFields;
    return new ProtobufReader(message, 0, message.length, 0, budget);
  }

  /**
   * Goes to the next field.
   *
   * @return false at the end of the message
   * @throws ProtobufException when the bytes are malformed or the budget is used up
   */
  public boolean next() throws ProtobufException {
    if (at == end) {
      return false;
    }
    if (--budget.fields < 0) {
      throw new ProtobufException("A message of more fields than allowed");
    }
    fieldStart = at;
    long tag = varint();
    if (tag >>> 3 == 0 || tag >>> 3 > 0x1fffffff) {
      throw new ProtobufException("Field number " + (tag >>> 3) + " at byte " + fieldStart);
    }
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    switch (wireType) {
      case VARINT -> number = varint();
      case FIXED64 -> slice(8);
      case FIXED32 -> slice(4);
      case LENGTH_DELIMITED -> slice(varint());
      default -> throw new ProtobufException("Wire type " + wireType + " in field " + field);
    }
    return true;
  }

  private void slice(long length) throws ProtobufException {
    if (length < 0 || length > end - at) {
      throw new ProtobufException(
          "Field at byte "
              + fieldStart
              + " says "
              + length
              + " bytes, "
              + (end - at)
              + " are left");
    }
    valueStart = at;
    valueLength = (int) length;
    at += valueLength;
  }

  private long varint() throws ProtobufException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at == end) {
        throw new ProtobufException("Message ends within a number");
      }
      byte b = bytes[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new ProtobufException("A number of more than ten bytes at byte " + fieldStart);
  }

  private void require(int type) throws ProtobufException {
    if (wireType != type) {
      throw new ProtobufException("Field " + field + " has wire type " + wireType);
    }
  }

  /** Number of the field the reader is at. */
  public int field() {
    return field;
  }

  /**
   * Its value as an integer ({@code int32}, {@code uint64}, {@code bool}, {@code enum}).
   *
   * @throws ProtobufException when it is of another type
   */
  public long number() throws ProtobufException {
    require(VARINT);
    return number;
  }

  /**
   * Its value as bytes.
   *
   * @throws ProtobufException when it is of another type or longer
   */
  public byte[] bytes(int maxLength) throws ProtobufException {
    require(LENGTH_DELIMITED);
    if (valueLength > maxLength) {
      throw new ProtobufException(
          "Field " + field + " has " + valueLength + " bytes, " + maxLength + " are allowed");
    }
    return Arrays.copyOfRange(bytes, valueStart, valueStart + valueLength);
  }

  /** Length in bytes of a value that is bytes, text or a message; 0 for others. */
  public int length() {
    return wireType == LENGTH_DELIMITED ? valueLength : 0;
  }

  /**
   * Its value as text.
   *
   * @throws ProtobufException when it is of another type, longer in bytes, or no UTF-8
   */
  public String string(int maxLength) throws ProtobufException {
    try {
      CharBuffer text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(maxLength)));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new ProtobufException("Field " + field + " is no UTF-8");
    }
  }

  /**
   * Its value as a message, which draws on the same budget.
   *
   * @throws ProtobufException when it is of another type or nested too deep
   */
  public ProtobufReader message() throws ProtobufException {
    require(LENGTH_DELIMITED);
    if (depth == MAX_DEPTH) {
      throw new ProtobufException("Messages nested deeper than " + MAX_DEPTH);
    }
    return new ProtobufReader(bytes, valueStart, valueStart + valueLength, depth + 1, budget);
  }

  /** The field as it stands on the wire, tag and all; for signatures over unknown fields. */
  public byte[] raw() {
    return Arrays.copyOfRange(bytes, fieldStart, at);
  }
}
