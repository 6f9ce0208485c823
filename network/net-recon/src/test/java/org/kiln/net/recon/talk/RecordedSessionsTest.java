package org.kiln.net.recon.talk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.Keys;
import org.kiln.net.recon.wire.Envelope;
import org.kiln.net.recon.wire.MessageCounts;
import org.kiln.net.recon.wire.MessageLimits;
import org.kiln.net.recon.wire.MessageReader;
import org.kiln.net.recon.wire.ReconMessage;

/**
 * Conversations recorded from a live ceramic-one 0.58.0: given the same keys and what the other
 * side said, each side says the same to the byte, in either role.
 */
class RecordedSessionsTest {
  private static final JsonNode RECORDED = read();

  private static JsonNode read() {
    try (InputStream in =
        RecordedSessionsTest.class.getResourceAsStream("/org/kiln/net/recon/recon.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<String> names() {
    return StreamSupport.stream(RECORDED.get("sessions").spliterator(), false)
        .map(session -> session.get("name").asText());
  }

  private static JsonNode session(String name) {
    for (JsonNode session : RECORDED.get("sessions")) {
      if (session.get("name").asText().equals(name)) {
        return session;
      }
    }
    throw new AssertionError(name);
  }

  private static byte[] bytes(JsonNode message) {
    return HexFormat.of().parseHex(message.get("hex").asText());
  }

  private static Envelope decoded(JsonNode message, boolean text) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes(message));
    MessageLimits limits = text ? MessageLimits.PEERS : MessageLimits.EVENTS;
    return new MessageReader(in::read, text, limits).next().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldSayWhatCeramicOneSaid(String name) throws Exception {
    replay(session(name), "one");
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldSayWhatTheOtherSideSaid(String name) throws Exception {
    replay(session(name), "us");
  }

  /** Values by their keys: what a side has before is sent by it, or by nobody. */
  private static Map<Key, byte[]> values(JsonNode session) throws IOException {
    Map<Key, byte[]> values = new HashMap<>();
    for (JsonNode conversation : session.get("conversations")) {
      boolean text = conversation.get("space").asText().equals("peer");
      for (JsonNode message : conversation.get("messages")) {
        if (decoded(message, text).body() instanceof ReconMessage.Value value) {
          values.put(value.key(), value.value());
        }
      }
    }
    return values;
  }

  private static void replay(JsonNode session, String side) throws Exception {
    MemorySpace model = new MemorySpace(false);
    MemorySpace peer = new MemorySpace(true);
    Map<Key, byte[]> values = values(session);
    for (JsonNode hex : session.get("keysBefore").get(side)) {
      Key key = Keys.key(hex.asText());
      model.values.put(key, values.getOrDefault(key, new byte[0]));
    }
    Set<Key> untaken = new HashSet<>();
    if (side.equals("one") && session.has("oneDoesNotStore")) {
      session.get("oneDoesNotStore").forEach(hex -> untaken.add(Keys.key(hex.asText())));
    }
    model.takes = key -> !untaken.contains(key);
    for (JsonNode conversation : session.get("conversations")) {
      boolean text = conversation.get("space").asText().equals("peer");
      MemorySpace space = text ? peer : model;
      if (text) {
        ownPeerKeys(session, side, space);
      }
      replay(conversation, side, space);
    }
  }

  /** What a side sends of the ring and was not sent to it, it had. */
  private static void ownPeerKeys(JsonNode session, String side, MemorySpace space)
      throws IOException {
    for (JsonNode conversation : session.get("conversations")) {
      for (JsonNode message : conversation.get("messages")) {
        if (message.get("from").asText().equals(side)
            && decoded(message, true).body() instanceof ReconMessage.Value value) {
          space.values.putIfAbsent(value.key(), value.value());
        }
      }
    }
  }

  private static void replay(JsonNode conversation, String side, MemorySpace space)
      throws Exception {
    ByteArrayOutputStream theirs = new ByteArrayOutputStream();
    ByteArrayOutputStream ours = new ByteArrayOutputStream();
    String syncId = null;
    List<KeyRange> asked = new ArrayList<>();
    List<KeyRange> answered = new ArrayList<>();
    for (JsonNode message : conversation.get("messages")) {
      boolean isOurs = message.get("from").asText().equals(side);
      (isOurs ? ours : theirs).writeBytes(bytes(message));
      Envelope envelope = decoded(message, space.hasTextKeys());
      syncId = envelope.syncId().orElse(syncId);
      if (envelope.body() instanceof ReconMessage.InterestRequest(List<KeyRange> ranges)) {
        asked.addAll(ranges);
      }
      if (envelope.body() instanceof ReconMessage.InterestResponse(List<KeyRange> ranges)) {
        answered.addAll(ranges);
      }
    }
    boolean initiates = conversation.get("initiator").asText().equals(side);
    space.interests.clear();
    // A responder's own interests are seen by what it answers; they were those of the initiator.
    space.interests.addAll(initiates ? asked : answered);
    // Pieces that do not fit the messages.
    Script script = new Script(theirs.toByteArray(), 37);
    if (initiates) {
      new Initiator(
              script,
              space,
              Offers.ALL,
              TalkLimits.USUAL,
              Toll.NONE,
              new MessageCounts(),
              syncId,
              System::nanoTime)
          .run();
    } else {
      new Responder(script, space, Offers.ALL, TalkLimits.USUAL, Toll.NONE, new MessageCounts())
          .run();
    }
    assertThat(HexFormat.of().formatHex(script.heard()))
        .isEqualTo(HexFormat.of().formatHex(ours.toByteArray()));
    assertThat(script.isEnded()).isTrue();
    assertThat(script.isReset()).isFalse();
  }
}
