package org.kiln.streams;

import java.time.Clock;
import java.util.function.BiConsumer;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.ScratchLogs;
import org.kiln.core.stream.ScratchStreams;
import org.kiln.core.stream.StreamService;
import org.kiln.streams.derive.TreeRoom;

/** Makes stream services over scratch logs, of this room's own code. */
public final class Scratch implements ScratchStreams {
  private static final long CACHE_BYTES = 1 << 20;

  private final ExtensionRegistry extensions;
  private final SignatureVerifier verifier;
  private final ScratchLogs logs;
  private final Streams.Settings settings;
  private final TreeRoom room;

  /** With the node's own extensions and checks, and nothing else in the process. */
  public Scratch(
      ExtensionRegistry extensions,
      SignatureVerifier verifier,
      NetworkId network,
      ScratchLogs logs) {
    this(extensions, verifier, network, logs, TreeRoom.ofHeap());
  }

  /**
   * With the node's own extensions and checks.
   *
   * @param room for the trees of forked streams, theirs and the node's together
   */
  public Scratch(
      ExtensionRegistry extensions,
      SignatureVerifier verifier,
      NetworkId network,
      ScratchLogs logs,
      TreeRoom room) {
    this.room = room;
    this.extensions = extensions;
    this.verifier = verifier;
    this.logs = logs;
    this.settings = new Streams.Settings(network, TieBreak.JS_CERAMIC, CACHE_BYTES);
  }

  @Override
  public void use(BiConsumer<StreamService, EventLog> use) {
    logs.use(
        (log, store, journal) -> {
          try (Streams streams =
              new Streams(
                      log, store, journal, extensions, verifier, Clock.systemUTC(), settings, room)
                  .start()) {
            use.accept(streams, log);
          }
        });
  }
}
