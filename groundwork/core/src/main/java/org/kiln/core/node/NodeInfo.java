package org.kiln.core.node;

import java.nio.file.Path;
import java.util.List;
import org.kiln.api.stream.NetworkId;

/** What the node knows of itself. Thread-safe. */
public interface NodeInfo {
  /** The release, for example {@code 0.1.0}. */
  String version();

  /** A random id of this run. */
  String runId();

  /** Unix milliseconds of the start. */
  long startedAt();

  /** The network it belongs to. */
  NetworkId network();

  /** The directory all of its data lies in. */
  Path dataDirectory();

  /** CAIP-2 chains whose proofs this network uses, for example {@code inmemory:12345}. */
  List<String> supportedChains();
}
