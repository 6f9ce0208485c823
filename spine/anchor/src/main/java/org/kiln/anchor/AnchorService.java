package org.kiln.anchor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Durability;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.anchor.AnchorControl;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.anchor.TimestampDesk;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.node.Durations;
import org.kiln.core.node.Metrics;

/** The anchor room as the others see it. Thread-safe; close it to stop its worker. */
public final class AnchorService
    implements AnchorRequests, AnchorControl, TimestampDesk, Metrics, AutoCloseable {
  /** What streams may wait for before they can be judged. */
  private static final List<Class<?>> STREAMS_NEED =
      List.of(
          StreamType.class,
          DidMethod.class,
          SignatureSuite.class,
          CapabilitySignature.class,
          AnchorProofValidator.class);

  private final AnchorSettings settings;
  private final NodeStore store;
  private final InstantSource clock;
  private final RequestQueue queue;
  private final InWork inWork = new InWork();
  private final KnownStatuses statuses = new KnownStatuses();
  private final HeldEvents held;
  private final Tickets tickets;
  private final Worker worker;
  private final Obstacle obstacle;
  private final List<AutoCloseable> subscriptions = new ArrayList<>();

  /** From a second, with a chain in memory, to a day and a half. */
  private final Durations took = Durations.doubling(Duration.ofSeconds(1), 18);

  /**
   * Reads the queue and starts to work on it.
   *
   * @param streams the streams, asked for anew each time; empty while there is none
   */
  public AnchorService(
      NodeStore store,
      ExtensionRegistry extensions,
      Supplier<Optional<AnchoredStreams>> streams,
      AnchorSettings settings,
      InstantSource clock) {
    this(store, extensions, streams, settings, List.of(), clock);
  }

  /**
   * The same for a node that can say what its settings lack.
   *
   * @param missing keys of the settings that writing to an Ethereum-like chain needs and that are
   *     not set
   */
  public AnchorService(
      NodeStore store,
      ExtensionRegistry extensions,
      Supplier<Optional<AnchoredStreams>> streams,
      AnchorSettings settings,
      List<String> missing,
      InstantSource clock) {
    this.settings = settings;
    this.obstacle = new Obstacle(extensions, settings, missing);
    this.store = store;
    this.clock = clock;
    this.queue = new RequestQueue(store, statuses);
    this.tickets = new Tickets(store, queue, inWork, clock);
    this.held = new HeldEvents(store);
    BatchTable batches = new BatchTable(store);
    queue.recover();
    held.recover();
    batches.open().ifPresent(header -> inWork.add(batches.leaves(header)));
    AtomicLong written = new AtomicLong();
    Delivery delivery = new Delivery(settings.deliveriesInFlight(), written, took, clock);
    Leftovers leftovers = new Leftovers(store, held, queue);
    Steps steps =
        new Steps(
            store,
            queue,
            batches,
            inWork,
            tickets,
            extensions,
            streams,
            settings,
            delivery,
            leftovers,
            written);
    HeldRounds rounds = new HeldRounds(held, delivery, leftovers, streams, settings);
    this.worker = new Worker(queue, batches, steps, rounds, tickets, settings, clock);
    for (Class<?> kind : STREAMS_NEED) {
      subscriptions.add(extensions.onChange(kind, (key, present) -> worker.arrived()));
    }
    worker.start();
  }

  @Override
  public AnchorStatus request(StreamId stream, Cid tip, Deadline deadline) throws LogBusyException {
    Optional<Request> request = prepare(stream, tip);
    if (request.isEmpty()) {
      return AnchorStatus.NOT_REQUESTED;
    }
    store.write(request.get().write(), Durability.SYNCED, deadline);
    request.get().committed().run();
    return status(stream, tip);
  }

  @Override
  public Optional<Request> prepare(StreamId stream, Cid tip) {
    if (!settings.enabled()) {
      return Optional.empty();
    }
    Leaf leaf = new Leaf(RequestKey.own(stream), tip, clock.millis());
    RequestQueue.Put put =
        queue.put(leaf, batch -> inWork.holds(stream, tip) || held.holds(batch, stream, tip));
    return Optional.of(
        new Request(
            put::write,
            () -> {
              put.committed();
              worker.wake();
            }));
  }

  @Override
  public AnchorStatus status(StreamId stream, Cid tip) {
    if (inWork.holds(stream, tip)) {
      return inWork.status();
    }
    if (queue.waiting() <= 0 && queue.failed() == 0 && held.count() == 0) {
      return AnchorStatus.NOT_REQUESTED;
    }
    return statuses.of(stream, tip, () -> stored(stream, tip));
  }

  private AnchorStatus stored(StreamId stream, Cid tip) {
    if (held.holds(stream, tip)) {
      return AnchorStatus.PROCESSING;
    }
    return queue
        .waits(RequestKey.own(stream), tip)
        .map(waits -> waits ? AnchorStatus.PENDING : AnchorStatus.FAILED)
        .orElse(AnchorStatus.NOT_REQUESTED);
  }

  @Override
  public Answer request(String client, StreamId stream, Cid tip, Deadline deadline)
      throws LogBusyException {
    Answer answer = tickets.request(client, stream, tip, deadline);
    worker.wake();
    return new Answer(told(answer.ticket()), answer.created());
  }

  @Override
  public Optional<Ticket> ticket(String client, Cid tip) {
    return tickets.ticket(client, tip).map(this::told);
  }

  /** One who waits for what will not come is told so. */
  private Ticket told(Ticket ticket) {
    if (ticket.status() != Status.PENDING) {
      return ticket;
    }
    return obstacle
        .sentences()
        .map(
            why ->
                new Ticket(
                    ticket.id(),
                    ticket.stream(),
                    ticket.tip(),
                    ticket.status(),
                    ticket.createdAt(),
                    ticket.updatedAt(),
                    why,
                    ticket.timeEvent(),
                    ticket.witnessCar()))
        .orElse(ticket);
  }

  @Override
  public Optional<String> chain() {
    return settings.enabled() ? Optional.of(settings.chain()) : Optional.empty();
  }

  @Override
  public long anchorNow() {
    long count = Math.max(0, queue.waiting()) + queue.failed();
    worker.now();
    return count;
  }

  @Override
  public Sent anchorNow(Deadline deadline) {
    long count = anchorNow();
    // Who waits for a chain that nothing here writes to would wait for nothing.
    boolean sent =
        worker.awaitSent(
            count > 0, obstacle.sentences().isEmpty() ? deadline : Deadline.in(Duration.ZERO));
    long left = queue.failed() + (sent ? 0 : Math.max(0, queue.waiting()) + worker.unsent());
    return new Sent(count, left, left == 0 ? Optional.empty() : Optional.of(whyLeft()));
  }

  private String whyLeft() {
    return obstacle
        .sentences()
        .or(worker::lastError)
        .or(
            () ->
                worker
                    .inWork()
                    .map(
                        batch ->
                            "Batch "
                                + batch.number()
                                + " with "
                                + batch.requests()
                                + " requests is in work ("
                                + batch.stage()
                                + "); the next is sent after it"))
        .orElse("They are about to be sent");
  }

  @Override
  public Overview overview() {
    return new Overview(
        settings.enabled(),
        settings.automatic(),
        settings.chain(),
        Math.max(0, queue.waiting()),
        queue.failed(),
        held.count(),
        worker.inWork(),
        worker.batchesDone(),
        worker.eventsWritten(),
        worker.lastError(),
        obstacle.sentences());
  }

  @Override
  public List<Wish> wishes(int most) {
    return Stream.concat(queue.wishes(most).stream(), held.wishes(most).stream()).toList();
  }

  @Override
  public List<Sample> samples() {
    List<Sample> samples =
        new ArrayList<>(
            took.samples(
                "kiln_anchor_duration_seconds",
                "Time from an anchor request of this node to its time event",
                List.of()));
    Collections.addAll(
        samples,
        Sample.gauge(
            "kiln_anchor_requests_waiting",
            "Anchor requests that wait for a batch",
            Math.max(0, queue.waiting())),
        Sample.gauge(
            "kiln_anchor_requests_failed", "Anchor requests that failed for good", queue.failed()),
        Sample.gauge(
            "kiln_anchor_time_events_held",
            "Time events that wait until their streams can be judged",
            held.count()),
        Sample.gauge(
            "kiln_anchor_batch_requests",
            "Anchor requests in the batch in work",
            worker.inWork().map(BatchInWork::requests).orElse(0)),
        Sample.counter(
            "kiln_anchor_batches_total", "Batches anchored since start", worker.batchesDone()),
        Sample.counter(
            "kiln_anchor_time_events_total",
            "Time events written since start",
            worker.eventsWritten()));
    return samples;
  }

  /** Stops the worker; what is in work goes on after the next start. */
  @Override
  public void close() {
    for (AutoCloseable subscription : subscriptions) {
      try {
        subscription.close();
      } catch (Exception e) {
        throw new IllegalStateException("Subscription to the registry does not close", e);
      }
    }
    worker.close();
  }
}
