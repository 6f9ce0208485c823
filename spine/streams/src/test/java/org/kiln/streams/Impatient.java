package org.kiln.streams;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;

/** Keeps the last note only, and lets the time be over after so many events. */
final class Impatient implements StreamType {
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger times = new AtomicInteger();
  private volatile int patience = Integer.MAX_VALUE;
  private volatile IntConsumer before = number -> {};

  /** How many events it was asked about. */
  int asked() {
    return asked.get();
  }

  /** How many of them had a time. */
  int times() {
    return times.get();
  }

  /** From so many events on the time is over. */
  void patience(int events) {
    patience = events;
  }

  /** Done before each event, with the number of those it was asked about before. */
  void before(IntConsumer what) {
    before = what;
  }

  @Override
  public int typeCode() {
    return Notes.CODE;
  }

  @Override
  public String name() {
    return "impatient";
  }

  @Override
  public int revision() {
    return 1;
  }

  @Override
  public boolean readsTime() {
    return true;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context) {
    return note(event.header(), event.header(), Document.Signature.GENESIS, context);
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context) {
    return note(
        (Ipld.Map) event.data(), state.document().metadata(), Document.Signature.SIGNED, context);
  }

  private Document note(
      Ipld.Map event, Ipld.Map metadata, Document.Signature signature, ApplyContext context) {
    if (asked.get() >= patience) {
      throw new DeadlineExpiredException("The time is over");
    }
    before.accept(asked.get());
    asked.incrementAndGet();
    if (context.anchoredAt().isPresent()) {
      times.incrementAndGet();
    }
    return Document.of(event.get("note").orElseThrow(), metadata, signature);
  }
}
