package org.kiln.interests.internal;

import java.util.List;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests;
import org.kiln.core.node.Metrics;
import org.kiln.interests.StoredInterests;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes the interests of the node. */
@Component(service = {Interests.class, Metrics.class})
public final class InterestsComponent implements Interests, Metrics {
  private final StoredInterests interests;

  /** Reads them from the node's store. */
  @Activate
  public InterestsComponent(@Reference NodeStore store) {
    this.interests = new StoredInterests(store);
  }

  @Override
  public List<Interest> all() {
    return interests.all();
  }

  @Override
  public Outcome add(Interest interest, Deadline deadline) throws LogBusyException {
    return interests.add(interest, deadline);
  }

  @Override
  public Outcome remove(Interest interest, Deadline deadline) throws LogBusyException {
    return interests.remove(interest, deadline);
  }

  @Override
  public AutoCloseable onChange(Runnable listener) {
    return interests.onChange(listener);
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.gauge(
            "kiln_interests",
            "Interests that clients have registered: what is wanted of other nodes' events.",
            interests.all().size()));
  }
}
