package org.kiln.did.pkh;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a passkey adds to its signature: the CBOR map {@code {authData, clientDataJSON}} in {@code
 * s.m.aad}.
 *
 * @param authData the authenticator's own record
 * @param clientDataJson the browser's, UTF-8 JSON
 */
record AuthenticatorData(byte[] authData, byte[] clientDataJson) {
  private static final int MAX_ENTRIES = 16;
  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int MAP = 5;

  /**
   * Reads the map; its members are byte strings or texts of definite length.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  static AuthenticatorData read(byte[] cbor) {
    Reader in = new Reader(cbor);
    long count = in.head(MAP);
    if (count > MAX_ENTRIES) {
      throw new IllegalArgumentException("authenticator data has " + count + " members");
    }
    Map<String, byte[]> members = new HashMap<>();
    for (int i = 0; i < count; i++) {
      String name = new String(in.string(TEXT), StandardCharsets.UTF_8);
      byte[] value = in.string(in.major() == TEXT ? TEXT : BYTES);
      if (members.put(name, value) != null) {
        throw new IllegalArgumentException("authenticator data has " + name + " twice");
      }
    }
    byte[] authData = members.get("authData");
    byte[] clientData = members.get("clientDataJSON");
    if (!in.atEnd() || authData == null || clientData == null) {
      throw new IllegalArgumentException(
          "authenticator data is not a map of authData and clientDataJSON");
    }
    return new AuthenticatorData(authData, clientData);
  }

  private static final class Reader {
    private final byte[] source;
    private int at;

    private Reader(byte[] source) {
      this.source = source;
    }

    private boolean atEnd() {
      return at == source.length;
    }

    private int major() {
      return at < source.length ? (source[at] & 0xff) >>> 5 : -1;
    }

    private long head(int major) {
      if (major() != major) {
        throw new IllegalArgumentException("unexpected CBOR at byte " + at);
      }
      int info = source[at++] & 0x1f;
      if (info < 24) {
        return info;
      }
      int bytes = 1 << info - 24;
      if (info > 26 || at + bytes > source.length) {
        throw new IllegalArgumentException("unexpected CBOR length at byte " + at);
      }
      long argument = 0;
      for (int i = 0; i < bytes; i++) {
        argument = argument << 8 | source[at++] & 0xff;
      }
      return argument;
    }

    private byte[] string(int major) {
      long length = head(major);
      if (length > source.length - at) {
        throw new IllegalArgumentException("CBOR string ends after byte " + source.length);
      }
      at += (int) length;
      return Arrays.copyOfRange(source, at - (int) length, at);
    }
  }
}
