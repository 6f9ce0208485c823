package org.kiln.net.recon.talk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;
import org.kiln.net.recon.wire.Envelope;
import org.kiln.net.recon.wire.MessageCodec;
import org.kiln.net.recon.wire.MessageCounts;
import org.kiln.net.recon.wire.MessageLimits;
import org.kiln.net.recon.wire.MessageReader;
import org.kiln.net.recon.wire.ReconMessage;

/** What others build on is asked for before them, and is there before they come. */
class BasisTest {
  private final MemorySpace space = new MemorySpace(true);

  private static Key key(String text) {
    return Key.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static KeyRange range(String start, String end) {
    return new KeyRange(key(start), key(end));
  }

  private static ReconMessage asks(String start, String end) {
    return new ReconMessage.RangeRequest(RangeDigest.empty(key(start), key(end)));
  }

  private static byte[] bytes(ReconMessage... messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MessageCodec codec = new MessageCodec(true);
    for (ReconMessage message : messages) {
      out.writeBytes(codec.encode(new Envelope(Optional.empty(), message)));
    }
    return out.toByteArray();
  }

  private List<ReconMessage> hears(ReconMessage... said) throws Exception {
    Script script = new Script(bytes(said), 8 << 10);
    new Initiator(
            script,
            space,
            Offers.ALL,
            TalkLimits.USUAL,
            Toll.NONE,
            new MessageCounts(),
            "id",
            () -> 1)
        .run();
    List<ReconMessage> messages = new ArrayList<>();
    ByteArrayInputStream in = new ByteArrayInputStream(script.heard());
    MessageReader reader = new MessageReader(in::read, true, MessageLimits.PEERS);
    for (Optional<Envelope> next = reader.next(); next.isPresent(); next = reader.next()) {
      messages.add(next.get().body());
    }
    return messages;
  }

  private static ReconMessage answers() {
    return new ReconMessage.RangeResponse(List.of());
  }

  @Test
  void shouldAskForWhatOthersBuildOnFirst() throws Exception {
    KeyRange all = range("a", "z");
    space.interests.add(all);
    space.basis = Optional.of(range("m", "n"));
    assertThat(
            hears(
                new ReconMessage.InterestResponse(List.of(range("a", "b"), range("c", "z"))),
                answers(),
                answers(),
                answers(),
                answers()))
        .containsExactly(
            new ReconMessage.InterestRequest(List.of(all)),
            asks("m", "n"),
            asks("a", "b"),
            asks("c", "m"),
            asks("n", "z"),
            new ReconMessage.Finished());
  }

  @Test
  void shouldAskForTheRestWhenNobodyBuildsOnAnything() throws Exception {
    KeyRange all = range("a", "c");
    space.interests.add(all);
    space.basis = Optional.of(range("m", "n"));
    assertThat(hears(new ReconMessage.InterestResponse(List.of(all)), answers()))
        .containsExactly(
            new ReconMessage.InterestRequest(List.of(all)),
            asks("a", "c"),
            new ReconMessage.Finished());
  }
}
