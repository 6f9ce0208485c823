package org.kiln.streams.derive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.api.store.Durability;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.Event;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.extension.Subscriptions;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.ipld.event.CheckedNodes;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.ProofPath;

/**
 * The time a time event proves: its path must lead from the proof's root to the event before it,
 * and the proof's chain must hold the root. What a chain has said once is kept: many time events
 * share a proof, and a rebuild must not need the chain.
 */
public final class ProofTimes implements AutoCloseable {
  private static final int REMEMBERED = 50_000;
  private static final long SOON_MS = 1_000;

  /** Shorter than what waits for a chain is put off. */
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final NodeStore store;
  private final ExtensionRegistry extensions;
  private final Cache<Cid, Validation> known =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  /** What could not be told a moment ago. */
  private final Cache<Cid, Validation.Unknown> unknown =
      Caffeine.newBuilder()
          .maximumSize(REMEMBERED)
          .expireAfterWrite(UNKNOWN_FOR)
          .executor(Runnable::run)
          .build();

  private final Set<Cid> asking = ConcurrentHashMap.newKeySet();
  private final AutoCloseable subscription;

  public ProofTimes(NodeStore store, ExtensionRegistry extensions) {
    this.store = store;
    this.extensions = extensions;
    this.subscription =
        extensions.onChange(
            AnchorProofValidator.class, (chain, present) -> unknown.invalidateAll());
  }

  /** What is known of a time event. */
  public sealed interface Verdict {
    /** The proof block, when it could be read. */
    Optional<AnchorProof> proof();

    /**
     * It holds.
     *
     * @param blockTime unix seconds of the block
     */
    record Anchored(long blockTime, Optional<AnchorProof> proof) implements Verdict {}

    /**
     * It does not hold.
     *
     * @param reason why not
     */
    record Refused(String reason, Optional<AnchorProof> proof) implements Verdict {}

    /**
     * It cannot be judged now.
     *
     * @param missing what it waits for
     * @param reason a sentence
     */
    record NotYet(Dependency missing, String reason, Optional<AnchorProof> proof)
        implements Verdict {}
  }

  /**
   * Judges a time event.
   *
   * @param patient whether to ask a chain that did not answer a moment ago, or that somebody else
   *     asks just now; what is derived from the log is not, so that one slow chain keeps nobody
   *     from a stream, and is derived again when it answers
   */
  Verdict verdict(
      Event.Time event,
      List<Block> blocks,
      CheckedNodes checked,
      boolean patient,
      Deadline deadline) {
    Map<Cid, Block> byCid = new HashMap<>();
    blocks.forEach(block -> byCid.put(block.cid(), block));
    AnchorProof proof;
    try {
      proof = ProofPath.verify(event, EventDecoder.Blocks.of(byCid), checked);
    } catch (CodecException e) {
      return new Verdict.Refused(
          "The anchor commit couldn't be verified. Reason: " + e.getMessage(), Optional.empty());
    }
    Validation validation = validation(event.proof(), proof, patient, deadline);
    return switch (validation) {
      case Validation.Valid valid ->
          new Verdict.Anchored(valid.blockTime().getEpochSecond(), Optional.of(proof));
      case Validation.Invalid invalid -> new Verdict.Refused(invalid.reason(), Optional.of(proof));
      case Validation.Unknown unknown ->
          new Verdict.NotYet(
              Dependency.chain(proof.chainId()), unknown.reason(), Optional.of(proof));
    };
  }

  private Validation validation(Cid cid, AnchorProof proof, boolean patient, Deadline deadline) {
    Validation remembered = known.getIfPresent(cid);
    if (remembered == null) {
      remembered = stored(cid);
    }
    if (remembered == null) {
      remembered = ask(cid, proof, patient, deadline);
      if (!(remembered instanceof Validation.Unknown)) {
        keep(cid, remembered);
      }
    }
    if (!(remembered instanceof Validation.Unknown)) {
      known.put(cid, remembered);
    }
    return remembered;
  }

  private Validation ask(Cid cid, AnchorProof proof, boolean patient, Deadline deadline) {
    Validation.Unknown failed = patient ? null : unknown.getIfPresent(cid);
    if (failed != null) {
      return failed;
    }
    if (!RemoteCalls.allowed()) {
      return new Validation.Unknown(
          "Chain " + proof.chainId() + " is not asked while the stream is written",
          Retry.after(Duration.ofMillis(SOON_MS)));
    }
    if (!asking.add(cid) && !patient) {
      return new Validation.Unknown(
          "Chain " + proof.chainId() + " is asked about its proof just now",
          Retry.after(Duration.ofMillis(SOON_MS)));
    }
    Validation answer;
    try {
      answer = ask(proof, deadline);
    } finally {
      asking.remove(cid);
    }
    if (answer instanceof Validation.Unknown now) {
      unknown.put(cid, now);
    }
    return answer;
  }

  private Validation ask(AnchorProof proof, Deadline deadline) {
    try (var lease = extensions.acquire(AnchorProofValidator.class, proof.chainId(), deadline)) {
      return lease.service().validate(proof, deadline);
    } catch (ExtensionMissingException e) {
      return new Validation.Unknown(
          "This node has nothing installed that checks proofs of chain " + proof.chainId(),
          Retry.after(Duration.ofMillis(60_000)));
    }
  }

  /** What the chain said; null when that is not known, or damaged: the chain can be asked again. */
  private Validation stored(Cid cid) {
    byte[] bytes;
    try {
      bytes = store.read(snapshot -> snapshot.get(NodeTables.PROOFS, cid.bytes()));
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CORRUPT) {
        throw e;
      }
      return null;
    }
    if (bytes == null || bytes.length == 0) {
      return null;
    }
    return switch (bytes[0]) {
      case 0 ->
          new Validation.Invalid(new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8));
      case 1 ->
          bytes.length == 1 + Long.BYTES
              ? new Validation.Valid(Instant.ofEpochSecond(ByteBuffer.wrap(bytes).getLong(1)))
              : null;
      default -> null;
    };
  }

  @Override
  public void close() {
    Subscriptions.close(List.of(subscription));
  }

  private void keep(Cid cid, Validation validation) {
    byte[] bytes =
        switch (validation) {
          case Validation.Valid valid ->
              ByteBuffer.allocate(9)
                  .put((byte) 1)
                  .putLong(valid.blockTime().getEpochSecond())
                  .array();
          case Validation.Invalid invalid -> {
            byte[] reason = invalid.reason().getBytes(StandardCharsets.UTF_8);
            yield ByteBuffer.allocate(1 + reason.length).put((byte) 0).put(reason).array();
          }
          case Validation.Unknown unknown -> throw new IllegalArgumentException("Not known");
        };
    try {
      store.write(
          batch -> batch.put(NodeTables.PROOFS, cid.bytes(), bytes),
          Durability.BUFFERED,
          Deadline.in(PATIENCE));
    } catch (LogBusyException | StoreException e) {
      // Only remembered in memory then; the chain can be asked again.
    }
  }
}
