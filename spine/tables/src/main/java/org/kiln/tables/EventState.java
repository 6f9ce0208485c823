package org.kiln.tables;

import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;

/**
 * What an event makes of the state before it.
 *
 * @param event the event
 * @param height how many events are before it; null when one of those has no state
 * @param metadata as it is shown
 * @param content empty when a patch could not be applied, here or before
 * @param errors why this node does not count the event; empty when it does
 */
record EventState(
    Cid event, Long height, Ipld.Map metadata, Optional<Ipld> content, List<String> errors) {

  String data() {
    return content.map(value -> Shown.json(metadata, value)).orElse(null);
  }
}
