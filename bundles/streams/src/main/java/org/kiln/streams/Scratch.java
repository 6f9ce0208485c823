package org.kiln.streams;

import java.time.Clock;
import java.util.function.BiConsumer;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.ScratchStreams;
import org.kiln.core.stream.StreamService;

/** Makes stream services over memory, of this room's own code. */
public final class Scratch implements ScratchStreams {
  private static final long CACHE_BYTES = 1 << 20;

  private final ExtensionRegistry extensions;
  private final SignatureVerifier verifier;
  private final Streams.Settings settings;

  /** With the node's own extensions and checks. */
  public Scratch(ExtensionRegistry extensions, SignatureVerifier verifier, NetworkId network) {
    this.extensions = extensions;
    this.verifier = verifier;
    this.settings = new Streams.Settings(network, TieBreak.JS_CERAMIC, CACHE_BYTES);
  }

  @Override
  public void use(BiConsumer<StreamService, EventLog> use) {
    ScratchLog log = new ScratchLog();
    try (Streams streams =
        new Streams(log, log, extensions, verifier, Clock.systemUTC(), settings)) {
      use.accept(streams, log);
    }
  }
}
