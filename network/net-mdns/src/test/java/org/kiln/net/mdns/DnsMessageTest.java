package org.kiln.net.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets by hand, good ones and bad ones. */
class DnsMessageTest {
  private static final DnsName NAME = Discovery.SERVICE.prepend("abc");

  /** A header, and {@code _p2p._udp.local} at offset 12. */
  private static final String SERVICE_HEX =
      hex("\u0004_p2p") + hex("\u0004_udp") + hex("\u0005local") + "00";

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] packet(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static void rejects(byte[] packet) {
    assertThatExceptionOfType(DnsException.class)
        .isThrownBy(() -> DnsMessage.decode(packet))
        .withMessageContaining("DNS");
  }

  @Test
  void shouldWriteTheQuestionAsOthersDo() {
    assertThat(DnsMessage.query(Discovery.SERVICE).encode())
        .isEqualTo(packet("0000 0000 0001 0000 0000 0000" + SERVICE_HEX + "000c 0001"));
  }

  @Test
  void shouldReadWhatItWrites() throws DnsException {
    DnsMessage message =
        new DnsMessage(
            true,
            List.of(new DnsMessage.Question(NAME, DnsMessage.ANY)),
            List.of(
                new DnsMessage.Pointer(Discovery.SERVICE, 360, NAME),
                new DnsMessage.Texts(NAME, 0xffff_ffffL, List.of("", "a=b", "x".repeat(255)))));
    assertThat(DnsMessage.decode(message.encode())).isEqualTo(message);
  }

  @Test
  void shouldReadCompressedNamesAndSkipForeignRecords() throws DnsException {
    // An A record, then PTR abc.<service> and its TXT, names by pointers, cache-flush bit set.
    DnsMessage read =
        DnsMessage.decode(
            packet(
                "0000 8400 0000 0002 0000 0001"
                    + SERVICE_HEX
                    + "0001 8001 00000078 0004 7f000001"
                    + "c00c 000c 0001 00000078 0006 03616263 c00c"
                    + "c037 0010 8001 00000078 0004 03613d62"));
    assertThat(read.records())
        .isEqualTo(
            List.of(
                new DnsMessage.Pointer(Discovery.SERVICE, 120, NAME),
                new DnsMessage.Texts(NAME, 120, List.of("a=b"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c00c", // itself
        "c00e", // ahead
        "c000", // into the header
        "0161c00c", // a name that contains itself
        "0161", // no end
        "4061", // a label kind nobody knows
        "3f61", // a label beyond the packet
      })
  void rejectsNamesThatDoNotEnd(String name) {
    rejects(packet("0000 0000 0001 0000 0000 0000" + name));
    rejects(packet("0000 0000 0001 0000 0000 0000" + name + "000c 0001"));
  }

  @Test
  void rejectsPointersBackAndForth() {
    // The second question's name leads to the first, which leads to the second.
    rejects(packet("0000 0000 0002 0000 0000 0000 c012 000c 0001 c00c 000c 0001"));
  }

  /**
   * Two records: a text that holds 39 pointers, each to the one before; and one named by the n-th.
   */
  private static byte[] chain(int n) {
    StringBuilder hex = new StringBuilder("0000 8400 0000 0002 0000 0000");
    hex.append("00 0010 0001 00000000 0050 4f 00");
    int root = 24;
    for (int i = 0; i < 39; i++) {
      hex.append(String.format("%04x", 0xc000 | (i == 0 ? root : root - 1 + 2 * i)));
    }
    hex.append(String.format("%04x", 0xc000 | (root + 1 + 2 * n)));
    return packet(hex + "0010 0001 00000000 0000");
  }

  @Test
  void rejectsLongChainsOfPointers() throws DnsException {
    DnsMessage read = DnsMessage.decode(chain(10));
    assertThat(read.records().get(1)).isEqualTo(new DnsMessage.Texts(DnsName.of(), 0, List.of()));
    rejects(chain(38));
  }

  @Test
  void rejectsNamesLongerThanAny() {
    String label = "3f" + "61".repeat(63);
    rejects(packet("0000 0000 0001 0000 0000 0000" + label.repeat(4) + "00 000c 0001"));
  }

  @Test
  void rejectsSizesAndCountsBeyondTheBounds() {
    rejects(new byte[11]);
    rejects(new byte[DnsMessage.MAX_BYTES + 1]);
    rejects(Arrays.copyOf(packet("0000 0000 0021 0000 0000 0000"), 9_000));
    rejects(Arrays.copyOf(packet("0000 8400 0000 0100 0001 0000"), 9_000));
    rejects(packet("0000 8400 0000 ffff ffff ffff"));
  }

  @Test
  void rejectsRecordsThatLieAboutTheirLength() {
    String head = "0000 8400 0000 0001 0000 0000" + SERVICE_HEX;
    rejects(packet(head + "0010 0001 00000000 0005 03613d62"));
    rejects(packet(head + "0010 0001 00000000 0003 03613d62"));
    rejects(packet(head + "000c 0001 00000000 0003 c00c"));
    rejects(packet(head + "000c 0001 00000000 0001 c00c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0200", "2800", "8403"})
  void rejectsOtherKindsOfMessages(String flags) {
    rejects(packet("0000" + flags + "0000 0000 0000 0000"));
  }

  @Test
  void rejectsToWriteWhatHasNoRoom() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> DnsName.of("x".repeat(64)).write(new ByteArrayOutputStream()));
    DnsMessage message =
        new DnsMessage(
            true, List.of(), List.of(new DnsMessage.Texts(NAME, 1, List.of("x".repeat(256)))));
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(message::encode);
  }

  @Test
  void shouldCompareNamesWithoutRegardToCase() {
    assertThat(DnsName.of("_P2P", "_udp", "LOCAL")).isEqualTo(Discovery.SERVICE);
    assertThat(DnsName.of("_p2p._udp", "local")).isNotEqualTo(Discovery.SERVICE);
  }
}
