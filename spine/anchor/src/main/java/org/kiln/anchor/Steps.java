package org.kiln.anchor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Durability;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.anchor.AnchorControl.Wish;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One step of a batch at a time. For the worker's thread alone, except for the numbers. */
final class Steps {
  private static final Logger LOG = LoggerFactory.getLogger(Steps.class);
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DELIVERY_TIMEOUT = Duration.ofMinutes(2);

  /**
   * The stream type that names no stream: a ceramic-one node asks with it for a tree of its own.
   */
  private static final int UNLOADABLE = 4;

  private final NodeStore store;
  private final RequestQueue queue;
  private final BatchTable batches;
  private final InWork inWork;
  private final Tickets tickets;
  private final ExtensionRegistry extensions;
  private final Supplier<Optional<AnchoredStreams>> streams;
  private final AnchorSettings settings;
  private final AtomicLong written;
  private final Delivery delivery;
  private final Leftovers leftovers;

  /** Kept between the steps of one batch, made again after a restart. */
  private volatile Planted planted;

  private record Planted(long batch, MerkleTree tree) {}

  Steps(
      NodeStore store,
      RequestQueue queue,
      BatchTable batches,
      InWork inWork,
      Tickets tickets,
      ExtensionRegistry extensions,
      Supplier<Optional<AnchoredStreams>> streams,
      AnchorSettings settings,
      Delivery delivery,
      Leftovers leftovers,
      AtomicLong written) {
    this.store = store;
    this.queue = queue;
    this.batches = batches;
    this.inWork = inWork;
    this.tickets = tickets;
    this.extensions = extensions;
    this.streams = streams;
    this.settings = settings;
    this.delivery = delivery;
    this.leftovers = leftovers;
    this.written = written;
  }

  /** What came of a step. */
  sealed interface Outcome {
    /** The batch goes on from here, at once. */
    record Next(BatchHeader header) implements Outcome {}

    /** The batch goes on from here, after a while. */
    record Wait(BatchHeader header) implements Outcome {}

    /** The step failed and must be taken again. */
    record Retry(BatchHeader header, String reason) implements Outcome {}

    /** The batch is done; whether with time events, or failed. */
    record Done(boolean anchored) implements Outcome {}
  }

  /** Time events handed over since start. */
  long written() {
    return written.get();
  }

  /** CID of the batch's root, once it is closed and was worked on since start. */
  Optional<Cid> root(BatchHeader header) {
    Planted known = planted;
    return known != null && known.batch() == header.number()
        ? Optional.of(known.tree().root())
        : Optional.empty();
  }

  /** Takes the next step of a batch. */
  Outcome step(BatchHeader header) {
    try {
      return switch (header.stage()) {
        case Stage.Collecting c -> collect(header);
        case Stage.Collected c -> submit(header);
        case Stage.Submitted submitted -> ask(header, submitted.submission());
        case Stage.Anchored anchored -> deliver(header, anchored.result());
        case Stage.Failing failing -> fail(header, failing.reason());
      };
    } catch (LogBusyException e) {
      return new Outcome.Retry(header, e.getMessage());
    } catch (ExtensionMissingException e) {
      return new Outcome.Retry(
          header, "No chain '" + settings.chain() + "' to anchor on is installed");
    } catch (AnchorException e) {
      if (e.retry().worthwhile()) {
        return new Outcome.Retry(header, e.getMessage());
      }
      LOG.error("Batch {} failed for good: {}", header.number(), e.getMessage());
      return new Outcome.Next(header.at(new Stage.Failing(e.getMessage())));
    }
  }

  private Outcome collect(BatchHeader header) throws LogBusyException {
    if (header.leaves() == 0) {
      streams.get().ifPresent(this::bringUpToDate);
    }
    try {
      BatchHeader grown =
          queue.collect(header, settings.batchMaxRequests(), inWork::add, writeDeadline());
      if (grown.leaves() == 0) {
        inWork.clear();
        return new Outcome.Done(false);
      }
      return new Outcome.Next(grown);
    } catch (LogBusyException | RuntimeException e) {
      // What was not written must not count as in work.
      inWork.clear();
      inWork.add(batches.leaves(header));
      throw e;
    }
  }

  /**
   * Streams may have gone on without a wish of their own: a time event on the older tip could not
   * be used. What is sent is the tip they have now.
   */
  private void bringUpToDate(AnchoredStreams service) {
    Deadline deadline = Deadline.in(DELIVERY_TIMEOUT);
    for (Wish wish : queue.wishes(settings.batchMaxRequests())) {
      if (wish.own() && wish.failure().isEmpty()) {
        try {
          StreamRef ref = new StreamRef(wish.stream(), Optional.empty());
          if (!service.reads().load(ref, LoadOptions.local(deadline)).tip().equals(wish.tip())) {
            // Does nothing when the tip has a time event.
            service.anchors().requestAnchor(wish.stream(), deadline);
          }
        } catch (StreamException e) {
          LOG.debug("Stream {} is sent as it was: {}", wish.stream(), e.getMessage());
        }
      }
    }
  }

  private Outcome submit(BatchHeader header)
      throws AnchorException, ExtensionMissingException, LogBusyException {
    AnchorChain.Submission submission;
    AnchorChain.Status status;
    try (var lease = extensions.acquire(AnchorChain.class, settings.chain(), callDeadline())) {
      submission = lease.service().submit(tree(header).root(), callDeadline());
      status = lease.service().status(submission, callDeadline());
    }
    if (status instanceof AnchorChain.Status.Final result) {
      // A chain that is through at once spares a stage: sending again finds the same transaction.
      return anchored(header, result);
    }
    LOG.info(
        "Batch {} of {} requests sent to {} as {}",
        header.number(),
        header.leaves(),
        settings.chain(),
        submission.reference());
    BatchHeader submitted = save(header.at(new Stage.Submitted(submission)));
    inWork.submitted(true);
    return new Outcome.Wait(submitted);
  }

  private Outcome ask(BatchHeader header, AnchorChain.Submission submission)
      throws AnchorException, ExtensionMissingException, LogBusyException {
    inWork.submitted(true);
    AnchorChain.Status status;
    try (var lease = extensions.acquire(AnchorChain.class, settings.chain(), callDeadline())) {
      status = lease.service().status(submission, callDeadline());
    }
    return switch (status) {
      case AnchorChain.Status.Pending pending -> new Outcome.Wait(header);
      case AnchorChain.Status.Included included -> new Outcome.Wait(header);
      case AnchorChain.Status.Final result -> anchored(header, result);
      case AnchorChain.Status.Lost lost -> {
        BatchHeader again = save(header.at(new Stage.Collected()));
        inWork.submitted(false);
        yield new Outcome.Retry(again, "The transaction was lost: " + lost.reason());
      }
    };
  }

  private Outcome anchored(BatchHeader header, AnchorChain.Status.Final result)
      throws LogBusyException {
    BatchHeader anchored = save(header.at(new Stage.Anchored(result)));
    inWork.submitted(true);
    return new Outcome.Next(anchored);
  }

  private Outcome deliver(BatchHeader header, AnchorChain.Status.Final result)
      throws LogBusyException {
    inWork.submitted(true);
    TimeEvents events = new TimeEvents(tree(header), result);
    BatchHeader at = header;
    int first = 0;
    for (int chunk = 0; chunk < header.chunks(); chunk++) {
      List<Leaf> leaves = batches.chunk(header, chunk);
      if (chunk >= header.chunksDone()) {
        Handover handover = new Handover(List.of(), List.of(), Optional.empty());
        if (leaves.stream().anyMatch(Leaf::own)) {
          Optional<AnchoredStreams> service = streams.get();
          if (service.isEmpty()) {
            return new Outcome.Retry(at, "The stream service is not there to take time events");
          }
          Deadline deadline = Deadline.in(DELIVERY_TIMEOUT);
          handover = delivery.deliver(leaves, first, events, service.get(), deadline);
          if (handover.later().isPresent()) {
            return new Outcome.Retry(at, "The stream service cannot take all time events now");
          }
        }
        completeTickets(leaves, first, events);
        at = at.done(chunk + 1);
        if (!handover.isClean()) {
          leftovers.keep(at, handover, writeDeadline());
        } else if (at.chunksDone() < header.chunks()) {
          save(at, Durability.BUFFERED);
        }
      }
      first += leaves.size();
    }
    finish(header);
    return new Outcome.Done(true);
  }

  private void completeTickets(List<Leaf> leaves, int first, TimeEvents events)
      throws LogBusyException {
    if (leaves.stream().allMatch(Leaf::own)) {
      return;
    }
    Tickets.Events blocks =
        i -> {
          StreamId stream = leaves.get(i).stream();
          return stream.type() == UNLOADABLE
              ? events.detached(first + i)
              : events.event(stream, first + i).blocks();
        };
    tickets.complete(leaves, blocks, writeDeadline());
    written.addAndGet(leaves.stream().filter(leaf -> !leaf.own()).count());
  }

  private Outcome fail(BatchHeader header, String reason) throws LogBusyException {
    BatchHeader at = save(header);
    for (int chunk = header.chunksDone(); chunk < header.chunks(); chunk++) {
      List<Leaf> leaves = batches.chunk(header, chunk);
      if (leaves.stream().anyMatch(leaf -> !leaf.own())) {
        tickets.fail(leaves, reason, writeDeadline());
      }
      queue.fail(at, chunk, leaves, reason, writeDeadline());
      at = at.done(chunk + 1);
    }
    finish(header);
    return new Outcome.Done(false);
  }

  private void finish(BatchHeader header) throws LogBusyException {
    // Losing this after a crash costs a second delivery, which changes nothing.
    store.write(batch -> BatchTable.delete(batch, header), Durability.BUFFERED, writeDeadline());
    inWork.clear();
    planted = null;
  }

  private MerkleTree tree(BatchHeader header) {
    if (planted == null || planted.batch() != header.number()) {
      List<Cid> tips = batches.leaves(header).stream().map(Leaf::tip).toList();
      planted = new Planted(header.number(), MerkleTree.of(tips));
    }
    return planted.tree();
  }

  private BatchHeader save(BatchHeader header) throws LogBusyException {
    return save(header, Durability.SYNCED);
  }

  private BatchHeader save(BatchHeader header, Durability durability) throws LogBusyException {
    store.write(batch -> BatchTable.putHeader(batch, header), durability, writeDeadline());
    return header;
  }

  private static Deadline writeDeadline() {
    return Deadline.in(WRITE_TIMEOUT);
  }

  private Deadline callDeadline() {
    return Deadline.in(settings.callTimeout());
  }
}
