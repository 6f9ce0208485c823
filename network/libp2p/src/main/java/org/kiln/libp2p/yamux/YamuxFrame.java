package org.kiln.libp2p.yamux;

import org.kiln.libp2p.mux.MuxException;

/**
 * The header of a yamux frame.
 *
 * @param type one of the constants
 * @param flags a sum of the constants
 * @param stream number of the stream, 0 for the session
 * @param length bytes that follow, window delta, ping value or reason, by type
 */
record YamuxFrame(int type, int flags, int stream, int length) {
  static final int HEADER = 12;

  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;

  static final int NORMAL = 0;
  static final int PROTOCOL_ERROR = 1;

  static YamuxFrame decode(byte[] header) throws MuxException {
    int type = header[1] & 0xff;
    if (header[0] != 0 || type > GO_AWAY) {
      throw new MuxException("A yamux frame of version " + header[0] + " and type " + type);
    }
    return new YamuxFrame(
        type, (header[2] & 0xff) << 8 | header[3] & 0xff, int32(header, 4), int32(header, 8));
  }

  private static int int32(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | bytes[at + 3] & 0xff;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The length, unsigned. */
  long unsignedLength() {
    return length & 0xffff_ffffL;
  }

  byte[] encode() {
    byte[] bytes = new byte[HEADER];
    write(bytes, 0);
    return bytes;
  }

  /** Writes the header there, over zeros. */
  void write(byte[] bytes, int at) {
    bytes[at + 1] = (byte) type;
    bytes[at + 2] = (byte) (flags >> 8);
    bytes[at + 3] = (byte) flags;
    for (int i = 0; i < 4; i++) {
      bytes[at + 4 + i] = (byte) (stream >>> 24 - 8 * i);
      bytes[at + 8 + i] = (byte) (length >>> 24 - 8 * i);
    }
  }
}
