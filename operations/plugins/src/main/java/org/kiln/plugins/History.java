package org.kiln.plugins;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.kiln.api.ipld.Ipld;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what was done, or what came of the attempt. Thread-safe. */
final class History {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  private final PluginDirectory shelf;
  private final InstantSource clock;

  History(PluginDirectory shelf, InstantSource clock) {
    this.shelf = shelf;
    this.clock = clock;
  }

  /** Adds an operation that is over, to the log too. */
  void add(Operation operation, String name, String outcome, String sentence) {
    LOG.info("{} of {}: {}: {}", operation.verb(), name, outcome, sentence);
    shelf.record(
        Ipld.map(
            "at", Ipld.of(clock.instant().truncatedTo(ChronoUnit.MILLIS).toString()),
            "who", Ipld.of(operation.who()),
            "operation", Ipld.of(operation.verb()),
            "name", Ipld.of(name),
            "outcome", Ipld.of(outcome),
            "message", Ipld.of(sentence)));
  }
}
