package org.kiln.net.mdns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A DNS message (RFC 1035 §4), as much of it as service discovery needs: questions, and records of
 * the types PTR and TXT. Records of other types are read over. Immutable.
 *
 * @param response whether it answers
 * @param questions what it asks
 * @param records answers and additional records
 */
record DnsMessage(boolean response, List<Question> questions, List<Entry> records) {
  /** The largest packet of multicast DNS, RFC 6762 §17. */
  static final int MAX_BYTES = 9_000;

  static final int PTR = 12;
  static final int TXT = 16;
  static final int ANY = 255;

  private static final int IN = 1;

  /** Top bit of the class: cache flush of records, wish for a unicast answer of questions. */
  private static final int CLASS_MASK = 0x7fff;

  private static final int HEADER = 12;
  private static final int MAX_QUESTIONS = 32;
  private static final int MAX_RECORDS = 256;
  private static final int MAX_JUMPS = 16;
  private static final int RESPONSE_FLAGS = 0x8400;

  /** What is asked for. */
  record Question(DnsName name, int type) {}

  /** A record. */
  sealed interface Entry {}

  /** Names another name. */
  record Pointer(DnsName name, long ttlSeconds, DnsName target) implements Entry {}

  /** Texts of up to 255 bytes, a character a byte. */
  record Texts(DnsName name, long ttlSeconds, List<String> texts) implements Entry {}

  DnsMessage {
    questions = List.copyOf(questions);
    records = List.copyOf(records);
  }

  /** Asks for the pointers of that name. */
  static DnsMessage query(DnsName name) {
    return new DnsMessage(false, List.of(new Question(name, PTR)), List.of());
  }

  /** The packet: the first record as an answer, the others as additional ones. */
  byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write16(out, 0); // RFC 6762 §18.1: the id is zero
    write16(out, response ? RESPONSE_FLAGS : 0);
    write16(out, questions.size());
    int answers = Math.min(1, records.size());
    write16(out, answers);
    write16(out, 0);
    write16(out, records.size() - answers);
    for (Question question : questions) {
      question.name.write(out);
      write16(out, question.type);
      write16(out, IN);
    }
    records.forEach(entry -> write(out, entry));
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, Entry entry) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    switch (entry) {
      case Pointer pointer -> {
        pointer.target.write(data);
        writeRecord(out, pointer.name, PTR, pointer.ttlSeconds, data);
      }
      case Texts texts -> {
        for (String text : texts.texts) {
          byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
          if (bytes.length > 255) {
            throw new IllegalArgumentException("A text of " + bytes.length + " bytes");
          }
          data.write(bytes.length);
          data.writeBytes(bytes);
        }
        writeRecord(out, texts.name, TXT, texts.ttlSeconds, data);
      }
    }
  }

  private static void writeRecord(
      ByteArrayOutputStream out, DnsName name, int type, long ttl, ByteArrayOutputStream data) {
    name.write(out);
    write16(out, type);
    write16(out, IN);
    write16(out, (int) (ttl >> 16));
    write16(out, (int) ttl);
    write16(out, data.size());
    out.writeBytes(data.toByteArray());
  }

  private static void write16(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }

  /**
   * Reads a packet.
   *
   * @throws DnsException when it is malformed, or beyond the bounds
   */
  static DnsMessage decode(byte[] packet) throws DnsException {
    if (packet.length < HEADER || packet.length > MAX_BYTES) {
      throw new DnsException("A DNS message of " + packet.length + " bytes");
    }
    Reader reader = new Reader(packet);
    reader.read16();
    int flags = reader.read16();
    if ((flags & 0x7a0f) != 0) {
      // RFC 6762 §18: other operations, cut or failed messages are ignored.
      throw new DnsException("A DNS message with flags " + Integer.toHexString(flags));
    }
    int questionCount = reader.read16();
    int recordCount = reader.read16() + reader.read16() + reader.read16();
    if (questionCount > MAX_QUESTIONS || recordCount > MAX_RECORDS) {
      throw new DnsException(
          "A DNS message of " + questionCount + " questions and " + recordCount + " records");
    }
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < questionCount; i++) {
      DnsName name = reader.readName();
      int type = reader.read16();
      if ((reader.read16() & CLASS_MASK) == IN) {
        questions.add(new Question(name, type));
      }
    }
    List<Entry> records = new ArrayList<>();
    for (int i = 0; i < recordCount; i++) {
      reader.readRecord(records);
    }
    return new DnsMessage((flags & 0x8000) != 0, questions, records);
  }

  private static final class Reader {
    private final byte[] packet;
    private int at;

    Reader(byte[] packet) {
      this.packet = packet;
    }

    private int read8() throws DnsException {
      if (at >= packet.length) {
        throw new DnsException("A DNS message ends early");
      }
      return packet[at++] & 0xff;
    }

    int read16() throws DnsException {
      return read8() << 8 | read8();
    }

    /** A name; pointers lead strictly backwards, so that none is followed twice. */
    DnsName readName() throws DnsException {
      List<String> labels = new ArrayList<>();
      int bytes = 1;
      int lowest = at;
      int resume = -1;
      int jumps = 0;
      while (true) {
        int start = at;
        int length = read8();
        if (length == 0) {
          break;
        }
        if (length >= 0xc0) {
          int target = (length & 0x3f) << 8 | read8();
          if (resume < 0) {
            resume = at;
          }
          if (target >= lowest || target < HEADER || ++jumps > MAX_JUMPS) {
            throw new DnsException("A DNS name at " + start + " points to " + target);
          }
          lowest = target;
          at = target;
          continue;
        }
        bytes += 1 + length;
        if (length > DnsName.MAX_LABEL
            || bytes > DnsName.MAX_BYTES
            || length > packet.length - at) {
          throw new DnsException("A DNS name with a label of " + length + " bytes");
        }
        labels.add(new String(packet, at, length, StandardCharsets.ISO_8859_1));
        at += length;
      }
      if (resume >= 0) {
        at = resume;
      }
      return new DnsName(labels);
    }

    void readRecord(List<Entry> into) throws DnsException {
      DnsName name = readName();
      int type = read16();
      boolean internet = (read16() & CLASS_MASK) == IN;
      long ttl = (long) read16() << 16 | read16();
      int length = read16();
      int end = at + length;
      if (end > packet.length) {
        throw new DnsException("A DNS record of " + length + " bytes goes beyond its message");
      }
      if (internet && type == PTR) {
        DnsName target = readName();
        if (at != end) {
          throw new DnsException("A DNS record whose name is not of its length");
        }
        into.add(new Pointer(name, ttl, target));
      } else if (internet && type == TXT) {
        List<String> texts = new ArrayList<>();
        while (at < end) {
          int size = read8();
          if (size > end - at) {
            throw new DnsException("A DNS text of " + size + " bytes goes beyond its record");
          }
          texts.add(new String(packet, at, size, StandardCharsets.ISO_8859_1));
          at += size;
        }
        into.add(new Texts(name, ttl, List.copyOf(texts)));
      }
      at = end;
    }
  }
}
