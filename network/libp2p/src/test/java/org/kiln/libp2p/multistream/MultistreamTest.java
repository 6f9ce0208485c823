package org.kiln.libp2p.multistream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.Pipe;

@Timeout(60)
class MultistreamTest {
  private final Pipe pipe = new Pipe();
  private final Deadline deadline = Deadline.in(Duration.ofSeconds(30));

  private CompletableFuture<String> answering(String... spoken) {
    List<String> ids = List.of(spoken);
    CompletableFuture<String> agreed = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                agreed.complete(
                    Multistream.answer(pipe.right(), id -> ids.contains(id) ? id : null, deadline));
              } catch (IOException | RuntimeException e) {
                agreed.completeExceptionally(e);
              }
            });
    return agreed;
  }

  private void send(String... messages) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String message : messages) {
      out.write(message.length() + 1);
      out.writeBytes(message.getBytes(StandardCharsets.US_ASCII));
      out.write('\n');
    }
    pipe.left().write(out.toByteArray(), 0, out.size(), deadline);
  }

  @Test
  void shouldAgreeOnTheFirstBothSpeak() throws Exception {
    CompletableFuture<String> agreed = answering("/b", "/c");
    assertThat(Multistream.propose(pipe.left(), List.of("/a", "/b", "/c"), deadline))
        .contains("/b");
    assertThat(agreed.get()).isEqualTo("/b");
  }

  @Test
  void shouldSayWhenThereIsNothingInCommon() throws Exception {
    answering("/b");
    assertThat(Multistream.propose(pipe.left(), List.of("/a", "/c"), deadline))
        .isEqualTo(Optional.empty());
  }

  @Test
  void shouldLeaveWhatComesBehindUntouched() throws Exception {
    send("/multistream/1.0.0", "ls", "/a");
    pipe.left().write(new byte[] {1, 2, 3}, 0, 3, deadline);
    assertThat(answering("/a").get()).isEqualTo("/a");
    byte[] rest = new byte[10];
    assertThat(pipe.right().read(rest, 0, 10, deadline)).isEqualTo(3);
    assertThat(rest).startsWith(1, 2, 3);
  }

  @Test
  void rejectsWhatIsNoMultistream() throws Exception {
    send("GET / HTTP/1.1");
    assertThat(answering("/a"))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withMessageContaining("Expected /multistream/1.0.0");
  }

  @Test
  void rejectsEndlessProposals() throws Exception {
    send("/multistream/1.0.0");
    CompletableFuture<String> agreed = answering("/a");
    for (int i = 0; i < Multistream.MAX_PROPOSALS; i++) {
      send("/nothing/" + i);
    }
    assertThat(agreed)
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withMessageContaining("No agreement");
  }

  @Test
  void rejectsMessagesThatAreTooLong() throws Exception {
    send("/multistream/1.0.0");
    CompletableFuture<String> agreed = answering("/a");
    pipe.left().write(new byte[] {(byte) 0x81, 0x08}, 0, 2, deadline);
    assertThat(agreed)
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withMessageContaining("1024");
  }

  @Test
  void rejectsAnAnswerNobodyAskedFor() throws Exception {
    pipe.right()
        .write(
            "\u0013/multistream/1.0.0\n\u0003/x\n".getBytes(StandardCharsets.US_ASCII),
            0,
            24,
            deadline);
    assertThatThrownBy(() -> Multistream.propose(pipe.left(), List.of("/a"), deadline))
        .hasMessageContaining("was answered '/x'");
  }

  @Test
  void rejectsAPeerThatSaysNothing() {
    assertThatThrownBy(
            () ->
                Multistream.propose(pipe.left(), List.of("/a"), Deadline.in(Duration.ofMillis(50))))
        .isInstanceOf(IOException.class);
    pipe.endToRight();
    assertThatThrownBy(() -> Multistream.answer(pipe.right(), id -> null, deadline))
        .isInstanceOf(IOException.class);
  }
}
