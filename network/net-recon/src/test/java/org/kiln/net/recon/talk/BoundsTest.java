package org.kiln.net.recon.talk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.core.log.RangeHash;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;
import org.kiln.net.recon.wire.Envelope;
import org.kiln.net.recon.wire.MessageCodec;
import org.kiln.net.recon.wire.MessageCounts;
import org.kiln.net.recon.wire.MessageLimits;
import org.kiln.net.recon.wire.MessageReader;
import org.kiln.net.recon.wire.ReconException;
import org.kiln.net.recon.wire.ReconMessage;

/** What one conversation may cost, whatever the other side says; its clock is turned by hand. */
@Timeout(60)
class BoundsTest {
  private static final KeyRange ALL = new KeyRange(key("a"), key("z"));
  private static final String PADDING = "-".repeat(4_000);

  private final AtomicLong clock = new AtomicLong(1);
  private final List<Integer> paid = Collections.synchronizedList(new ArrayList<>());
  private final MemorySpace space = new MemorySpace(true);

  BoundsTest() {
    space.interests.add(ALL);
  }

  private static Key key(String text) {
    return Key.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static RangeDigest empty(String first, String last) {
    return RangeDigest.empty(key(first), key(last));
  }

  /** Of which nobody here has anything. */
  private static RangeDigest other(String first, String last) {
    byte[] hash = new byte[32];
    Arrays.fill(hash, (byte) 7);
    return new RangeDigest(key(first), new RangeHash(9, hash), key(last));
  }

  private static ReconMessage.InterestRequest asks(KeyRange... ranges) {
    return new ReconMessage.InterestRequest(List.of(ranges));
  }

  private static ReconMessage.InterestResponse shares(KeyRange... ranges) {
    return new ReconMessage.InterestResponse(List.of(ranges));
  }

  private static ReconMessage.RangeResponse has(RangeDigest... ranges) {
    return new ReconMessage.RangeResponse(List.of(ranges));
  }

  private static byte[] bytes(ReconMessage... messages) {
    return bytes(List.of(messages));
  }

  private static byte[] bytes(List<ReconMessage> messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MessageCodec codec = new MessageCodec(true);
    messages.forEach(
        message -> out.writeBytes(codec.encode(new Envelope(Optional.empty(), message))));
    return out.toByteArray();
  }

  private static Script script(byte[] said) {
    return new Script(said, 8 << 10);
  }

  private static List<ReconMessage> heard(Script script) throws IOException {
    List<ReconMessage> messages = new ArrayList<>();
    ByteArrayInputStream in = new ByteArrayInputStream(script.heard());
    MessageReader reader = new MessageReader(in::read, true, MessageLimits.PEERS);
    for (Optional<Envelope> next = reader.next(); next.isPresent(); next = reader.next()) {
      messages.add(next.get().body());
    }
    return messages;
  }

  private static TalkLimits patience(Duration patience) {
    return limits(patience, TalkLimits.USUAL.fruitless());
  }

  private static TalkLimits limits(Duration patience, int fruitless) {
    TalkLimits usual = TalkLimits.USUAL;
    return new TalkLimits(
        patience,
        usual.length(),
        usual.window(),
        fruitless,
        usual.batch(),
        usual.room(),
        usual.batchBytes(),
        usual.bad());
  }

  private Talk respond(Script script, TalkLimits limits) throws IOException {
    return new Responder(
            script, space, Offers.ALL, limits, paid::add, new MessageCounts(), clock::get)
        .run();
  }

  private Talk initiate(Script script, TalkLimits limits, Toll toll) throws IOException {
    return new Initiator(
            script, space, Offers.ALL, limits, toll, new MessageCounts(), "id", clock::get)
        .run();
  }

  private void turn(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private void rejects(Script script, TalkLimits limits, String why) {
    assertThatThrownBy(() -> initiate(script, limits, Toll.NONE))
        .isInstanceOf(ReconException.class)
        .hasMessageContaining(why);
    assertThat(script.isReset()).isTrue();
  }

  @Test
  void rejectsASecondInterestRequest() {
    assertThatThrownBy(() -> respond(script(bytes(asks(ALL), asks(ALL))), TalkLimits.USUAL))
        .isInstanceOf(ReconException.class)
        .hasMessageContaining("A second InterestRequest");
  }

  @Test
  void rejectsASecondInterestResponse() {
    KeyRange part = new KeyRange(key("a"), key("b"));
    rejects(
        script(bytes(shares(part, part), has(empty("a", "b")), shares(part))),
        TalkLimits.USUAL,
        "A second InterestResponse");
  }

  @Test
  void shouldReadNothingMoreOfWhoDoesNotReadItsAnswers() {
    List<ReconMessage> said = new ArrayList<>(List.of(asks(ALL)));
    for (int i = 0; i < 1_500; i++) {
      said.add(new ReconMessage.RangeRequest(other("b" + PADDING, "c" + PADDING)));
    }
    Script script = script(bytes(said)).deaf();
    // Each look at the clock is a millisecond: reading one message takes fewer than 20.
    Responder responder =
        new Responder(
            script,
            space,
            Offers.ALL,
            patience(Duration.ofMillis(20)),
            Toll.NONE,
            new MessageCounts(),
            () -> clock.addAndGet(1_000_000));
    assertThatThrownBy(responder::run).hasMessageContaining("asks for more than it reads");
    assertThat(script.read()).isBetween(3 << 20, 5 << 20);
  }

  @Test
  void rejectsAMessageThatComesByteByByteForLong() {
    Script script =
        new Script(bytes(asks(new KeyRange(key("b".repeat(100)), key("c")))), 1)
            .reading(read -> turn(Duration.ofSeconds(1)));
    assertThatThrownBy(() -> respond(script, TalkLimits.USUAL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("A message took more than 60 s");
  }

  @Test
  void rejectsAMessageInWhichTheConversationBecomesTooLong() {
    Script script =
        new Script(Arrays.copyOf(bytes(asks(ALL)), 20), 1)
            .reading(
                read -> {
                  if (read == 10) {
                    turn(Duration.ofMinutes(21));
                  }
                });
    assertThatThrownBy(() -> respond(script, patience(Duration.ofHours(1))))
        .hasMessageContaining("The conversation takes too long");
  }

  /** Has many values, of which reading the third takes long. */
  private final class SlowSpace extends MemorySpace {
    private int read;

    SlowSpace() {
      super(true);
      interests.add(ALL);
      for (int i = 0; i < 50; i++) {
        values.put(BoundsTest.key("k%02d".formatted(i)), new byte[0]);
      }
    }

    @Override
    public synchronized Optional<byte[]> value(Key key) {
      if (++read == 3) {
        turn(TalkLimits.USUAL.length().plusSeconds(1));
      }
      return super.value(key);
    }
  }

  @Test
  void shouldLeaveValuesToTheNextConversationWhenItHasHadItsTime() throws IOException {
    MemorySpace full = new SlowSpace();
    RangeDigest nothing = empty("a", "z");
    Script script =
        script(
            bytes(asks(ALL), new ReconMessage.RangeRequest(nothing), new ReconMessage.Finished()));
    Talk talk =
        new Responder(
                script,
                full,
                Offers.ALL,
                TalkLimits.USUAL,
                Toll.NONE,
                new MessageCounts(),
                clock::get)
            .run();
    assertThat(talk.sent()).isEqualTo(3);
    assertThat(talk.cut()).isTrue();
    // The asker hears that there are no more, so that it comes to an end.
    assertThat(heard(script)).hasSize(5).last().isEqualTo(has());
    assertThat(script.isReset()).isFalse();
  }

  @Test
  void shouldSendNoMoreAsInitiatorEitherWhenItHasHadItsTime() throws IOException {
    MemorySpace full = new SlowSpace();
    Script script = script(bytes(shares(ALL), has(empty("a", "z"))));
    Talk talk =
        new Initiator(
                script,
                full,
                Offers.ALL,
                TalkLimits.USUAL,
                Toll.NONE,
                new MessageCounts(),
                "id",
                clock::get)
            .run();
    assertThat(talk.sent()).isEqualTo(3);
    assertThat(talk.cut()).isTrue();
    assertThat(heard(script)).hasSize(6).last().isEqualTo(new ReconMessage.Finished());
    assertThat(script.isReset()).isFalse();
  }

  @Test
  void shouldAskForNothingWhenItHasHadItsTime() throws IOException {
    Script script = script(bytes(shares(ALL), has(other("a", "m"), other("m", "z"))));
    Toll slow =
        units -> {
          paid.add(units);
          if (units == 2 * Toll.RANGE) {
            turn(TalkLimits.USUAL.length().plusSeconds(1));
          }
        };
    Talk talk = initiate(script, TalkLimits.USUAL, slow);
    assertThat(talk.cut()).isTrue();
    assertThat(heard(script))
        .containsExactly(
            asks(ALL), new ReconMessage.RangeRequest(empty("a", "z")), new ReconMessage.Finished());
    assertThat(paid).containsExactly(1, Toll.RANGE, 1, 2 * Toll.RANGE);
  }

  @Test
  void shouldHavePeersPayForRangesByWhatTheyCost() throws IOException {
    Script script =
        script(
            bytes(
                asks(Collections.nCopies(60, ALL).toArray(KeyRange[]::new)),
                new ReconMessage.RangeRequest(empty("a", "z")),
                new ReconMessage.Finished()));
    Talk talk = respond(script, TalkLimits.USUAL);
    assertThat(talk.cut()).isFalse();
    assertThat(paid).containsExactly(1, 60 / Toll.PAIRS, 1, Toll.RANGE, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ac", "ce", "cb", "bb", "bdbd", "cdbc"})
  void rejectsPartsThatAreNotOfTheRangeThatWasAskedFor(String bounds) {
    RangeDigest[] parts = new RangeDigest[bounds.length() / 2];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = other(bounds.substring(2 * i, 2 * i + 1), bounds.substring(2 * i + 1, 2 * i + 2));
    }
    rejects(
        script(bytes(shares(new KeyRange(key("b"), key("d"))), has(parts))),
        TalkLimits.USUAL,
        "tells of other ranges than was asked for");
  }

  @Test
  void rejectsInterestsThatAreNotItsOwn() {
    for (KeyRange range :
        List.of(
            new KeyRange(key("A"), key("b")),
            new KeyRange(key("b"), key("~")),
            new KeyRange(key("c"), key("b")))) {
      rejects(script(bytes(shares(range))), TalkLimits.USUAL, "names what nobody asked for");
    }
  }

  @Test
  void rejectsMoreBytesOfRangesThanItKeeps() {
    List<ReconMessage> said = new ArrayList<>(List.of(shares(ALL)));
    said.add(has(parts("b")));
    for (int i = 0; i < 19; i++) {
      said.add(has(parts("b%02d%s".formatted(i, PADDING))));
    }
    rejects(script(bytes(said)), TalkLimits.USUAL, "ranges of a few");
  }

  /** As many as an answer may have, one after the other, with long keys that begin like that. */
  private static RangeDigest[] parts(String start) {
    RangeDigest[] parts = new RangeDigest[MessageLimits.PEERS.pieces()];
    for (int i = 0; i < parts.length; i++) {
      String from = start + "%02d".formatted(i) + "-".repeat(4_020 - start.length());
      String to = start + "%02d".formatted(i + 1) + "-".repeat(4_020 - start.length());
      parts[i] = other(from, to);
    }
    return parts;
  }

  @Test
  void rejectsAnswersOfWhichOnlyNothingIsTheSame() {
    List<ReconMessage> said = new ArrayList<>(List.of(shares(ALL)));
    for (int i = 0; i < 20; i++) {
      String from = i == 0 ? "a" : "b%02d".formatted(i - 1);
      String to = "b%02d".formatted(i);
      said.add(has(empty(from, to), other(to, "z")));
    }
    rejects(script(bytes(said)), limits(Duration.ofSeconds(60), 10), "lead nowhere: 11 answers");
  }
}
