package org.kiln.itests.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.anchor.evm.EvmAnchoring;
import org.kiln.anchor.evm.EvmConfiguration;
import org.kiln.anchor.remote.RemoteChain;
import org.kiln.anchor.service.ServiceRoutes;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamService.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;

/** Node A lets node B anchor: A asks, B batches and pays, A checks the answer against the chain. */
final class TwoNodesIT {
  private static final int TILE = 0;

  @TempDir private Path directory;

  @Test
  void shouldAnchorThroughAnotherNode() throws Exception {
    Author author =
        new Author("two nodes, one chain, one author".getBytes(StandardCharsets.US_ASCII));
    try (Ganache ganache = Ganache.start();
        EvmAnchoring writer = evm(ganache, Ganache.CHAIN_ID, Ganache.key(1));
        Node b = new Node(writer.chain().orElseThrow(), Ganache.CHAIN_ID, writer.validator());
        RouteServer service =
            new RouteServer(
                new ServiceRoutes(b.anchoring(), b.verifier(), Set.of("*"), Optional.empty())
                    .all());
        RemoteChain remote = RemoteChain.open(service.url(), directory.resolve("a.seed"));
        EvmAnchoring reader = evm(ganache, "", "");
        Node a = new Node(remote, Ganache.CHAIN_ID, reader.validator())) {
      List<StreamId> ofA = create(a, author, "of a", 20);
      // B has streams of its own: A's tree becomes one leaf among them.
      List<StreamId> ofB = create(b, author, "of b", 5);

      a.anchoring().anchorNow();
      Deadline deadline = Deadline.in(Duration.ofSeconds(60));
      while (b.anchoring().overview().waiting() < 6) {
        pause(deadline);
      }
      while (a.load(ofA.get(0)).anchorStatus() != AnchorStatus.PROCESSING) {
        pause(deadline);
      }
      b.anchoring().anchorNow();
      while (!anchored(a, ofA) || !anchored(b, ofB)) {
        ganache.mine(1);
        pause(deadline);
      }

      AnchorProof first = a.load(ofA.get(0)).anchorProof().orElseThrow();
      assertThat(first.chainId()).isEqualTo(Ganache.CHAIN_ID);
      assertThat(reader.validator().validate(first, deadline))
          .isInstanceOfSatisfying(
              Validation.Valid.class,
              valid -> {
                for (StreamId stream : ofA) {
                  StreamState state = state(a, stream);
                  assertThat(state.log()).hasSize(2);
                  assertThat(state.log().tip().kind()).isEqualTo(LogEntry.Kind.TIME);
                  assertThat(state.log().get(0).timestamp()).hasValue(valid.blockTime());
                  assertThat(state.anchorProof()).contains(first);
                }
              });
      for (StreamId stream : ofB) {
        assertThat(b.load(stream).anchorProof()).as("one transaction for both").contains(first);
      }
      assertThat(ganache.nonce(ganache.accounts().get(1))).isEqualTo(1);
    }
  }

  private static List<StreamId> create(Node node, Author author, String name, int count)
      throws Exception {
    List<StreamId> streams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SignedEvent event = author.tile(Ipld.map("name", Ipld.of(name)), name + i);
      DecodedEvent decoded =
          EventDecoder.decode(
              event.cid(),
              EventDecoder.Blocks.of(
                  Map.of(event.cid(), event.envelope(), event.payload().cid(), event.payload())));
      StreamState state =
          node.streams()
              .create(
                  TILE,
                  decoded,
                  new WriteOptions(true, false, true, Deadline.in(Duration.ofSeconds(20))))
              .state();
      assertThat(state.anchorStatus()).isEqualTo(AnchorStatus.PENDING);
      streams.add(state.id());
    }
    return streams;
  }

  private static boolean anchored(Node node, List<StreamId> streams) {
    return streams.stream().allMatch(s -> state(node, s).anchorStatus() == AnchorStatus.ANCHORED);
  }

  private static StreamState state(Node node, StreamId stream) {
    try {
      return node.load(stream);
    } catch (StreamException e) {
      throw new AssertionError(e);
    }
  }

  private static void pause(Deadline deadline) {
    assertThat(deadline.expired()).as("waited too long").isFalse();
    LockSupport.parkNanos(50_000_000);
  }

  private EvmAnchoring evm(Ganache ganache, String chain, String key) {
    return new EvmConfiguration(
            List.of(Ganache.CHAIN_ID + "=" + ganache.url()),
            List.of(ganache.contract()),
            0,
            chain,
            ganache.contract(),
            key,
            "",
            2,
            3_600_000,
            500,
            "auto",
            directory.toString())
        .open();
  }
}
