package org.kiln.did;

import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature.Capability;

/**
 * What the resources of a capability allow. Compared as exact texts; unknown resources mean
 * nothing.
 */
final class Permission {
  private Permission() {}

  /** Demands that one resource covers a write to that stream. */
  static void demand(Capability capability, StreamId stream, Optional<StreamId> model, Cid payload)
      throws UnverifiedException {
    for (String resource : capability.resources()) {
      if (covers(resource, stream, model, payload)) {
        return;
      }
    }
    throw new UnverifiedException(
        "Capability does not have appropriate permissions to update this Stream");
  }

  private static boolean covers(
      String resource, StreamId stream, Optional<StreamId> model, Cid payload) {
    return resource.equals("ceramic://*")
        || model.isPresent() && resource.equals("ceramic://*?model=" + model.get())
        || resource.startsWith(stream.url())
            && (resource.equals(stream.url())
                || resource.equals(stream.url() + "?payload=" + payload));
  }
}
