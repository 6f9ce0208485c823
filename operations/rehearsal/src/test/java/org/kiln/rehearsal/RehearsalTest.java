package org.kiln.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.index.LentCollections;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.did.VerifierSettings;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.events.ScratchStore;
import org.kiln.events.write.WriterSettings;
import org.kiln.http.v0.V0Face;
import org.kiln.store.memory.MemoryBackend;
import org.kiln.streams.Scratch;
import org.kiln.type.instance.InstanceType;
import org.kiln.type.model.ModelType;
import org.kiln.type.tile.TileType;

class RehearsalTest {
  private static final Duration AT_LEAST_A_ROUND = Duration.ofMillis(50);
  private static final ScratchStore SCRATCH_LOGS =
      new ScratchStore(
          new MemoryBackend(),
          Path.of("target", "no-such-directory"),
          Map.of(),
          new WriterSettings(4096, 32 << 20, 512, 8 << 20, false));

  @Test
  void shouldAnswerEveryRecordedRequest() {
    Rehearsal.Outcome outcome = rehearsal(true).run(AT_LEAST_A_ROUND);
    assertThat(outcome.answered()).isPositive();
    assertThat(outcome.failed()).isZero();
  }

  @Test
  void shouldGoOnWithoutWhatIsNotInstalled() {
    Rehearsal.Outcome outcome = rehearsal(false).run(AT_LEAST_A_ROUND);
    assertThat(outcome.answered()).isPositive();
    assertThat(outcome.failed()).isPositive();
  }

  @Test
  void shouldStopAtOnce() {
    Rehearsal rehearsal = rehearsal(true);
    rehearsal.stop();
    assertThat(rehearsal.run(Duration.ofHours(1))).isEqualTo(new Rehearsal.Outcome(0, 0));
  }

  @Test
  void shouldEndWithoutAServer() {
    Rehearsal rehearsal =
        rehearsal(
            true,
            routes -> {
              throw new IOException("No HTTP server says where it listens");
            });
    assertThat(rehearsal.run(Duration.ofHours(1))).isEqualTo(new Rehearsal.Outcome(0, 1));
  }

  /** A server that takes requests and never answers: the bundle must be able to leave. */
  @Test
  void shouldLeaveAServerThatDoesNotAnswer() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Rehearsal rehearsal = rehearsal(true, routes -> new Silent(silent, asked));
      Thread thread = Thread.ofPlatform().start(() -> rehearsal.run(Duration.ofHours(1)));
      Thread taking =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Socket connection = silent.accept()) {
                      connection.getInputStream().read();
                      asked.countDown();
                      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                      asked.countDown();
                    }
                  });
      asked.await();
      rehearsal.cut();
      assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
      assertThat(taking.join(Duration.ofSeconds(60))).isTrue();
    }
  }

  private record Silent(ServerSocket server, CountDownLatch asked) implements Stage.Scene {
    @Override
    public URI base() {
      return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/silence");
    }

    @Override
    public void close() {
      assertThat(asked.getCount()).isZero();
    }
  }

  private static Rehearsal rehearsal(boolean models) {
    return rehearsal(models, new OwnServer());
  }

  private static Rehearsal rehearsal(boolean models, Stage stage) {
    FixedExtensions.Builder extensions =
        FixedExtensions.builder()
            .add(StreamType.class, "0", new TileType())
            .add(DidMethod.class, "key", new KeyDidMethod())
            .add(SignatureSuite.class, "EdDSA", new Ed25519Suite());
    if (models) {
      extensions
          .add(StreamType.class, "2", new ModelType())
          .add(StreamType.class, "3", new InstanceType());
    }
    ExtensionRegistry registry = extensions.build();
    EnvelopeVerifier verifier =
        new EnvelopeVerifier(registry, Clock.systemUTC(), VerifierSettings.DEFAULT);
    V0Face.Parts parts =
        new V0Face.Parts(
            null,
            null,
            verifier,
            registry,
            new Node(),
            List::of,
            Optional::empty,
            new LentCollections(new OptionalService<>()),
            Optional.empty(),
            Startup.OVER,
            Clock.systemUTC());
    return new Rehearsal(
        new Scratch(registry, verifier, NetworkId.INMEMORY, SCRATCH_LOGS),
        (streams, log) ->
            new V0Face(
                parts.before(streams, log),
                new V0Face.Settings(false, Set.of(), Optional.empty(), 1 << 20)),
        stage);
  }

  private static final class Node implements NodeInfo {
    @Override
    public String version() {
      return "test";
    }

    @Override
    public String runId() {
      return "test";
    }

    @Override
    public long startedAt() {
      return 0;
    }

    @Override
    public NetworkId network() {
      return NetworkId.INMEMORY;
    }

    @Override
    public Path dataDirectory() {
      return Path.of("");
    }

    @Override
    public List<String> supportedChains() {
      return List.of();
    }
  }
}
