package org.kiln.console;

import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.anchor.AnchorControl;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.PeerScore;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamCatalogue;
import org.kiln.core.stream.StreamCensus;
import org.kiln.core.stream.StreamPins;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamStats;

/**
 * The parts of the node that the console looks at. They come and go; each is asked for when it is
 * needed.
 *
 * @param node what the node knows of itself
 * @param metrics sources of numbers
 * @param log the event log
 * @param streams states of streams
 * @param pins which streams are pinned
 * @param streamStats what the room of streams does
 * @param catalogue the states that are kept
 * @param census how many states need what
 * @param anchors anchoring
 * @param network the peers
 * @param scores who judges peers
 * @param system the engineers' console
 */
public record Parts(
    NodeInfo node,
    Supplier<Collection<Metrics>> metrics,
    Supplier<Optional<EventLog>> log,
    Supplier<Optional<StreamReads>> streams,
    Supplier<Optional<StreamPins>> pins,
    Supplier<Optional<StreamStats>> streamStats,
    Supplier<Optional<StreamCatalogue>> catalogue,
    Supplier<Optional<StreamCensus>> census,
    Supplier<Optional<AnchorControl>> anchors,
    Supplier<Optional<PeerNetwork>> network,
    Supplier<Collection<PeerScore>> scores,
    SystemConsole system) {}
