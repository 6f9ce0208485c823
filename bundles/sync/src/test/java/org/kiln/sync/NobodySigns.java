package org.kiln.sync;

import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.SignedEnvelope;

/** No event of these tests is signed. */
final class NobodySigns implements SignatureVerifier {
  @Override
  public VerifiedSignature verify(SignedEnvelope envelope, Deadline deadline) {
    throw new AssertionError("Nothing is signed here");
  }

  @Override
  public VerifiedSignature trust(SignedEnvelope envelope) {
    throw new AssertionError("Nothing is signed here");
  }

  @Override
  public void authorize(
      VerifiedSignature signature,
      String controller,
      StreamId stream,
      Optional<StreamId> model,
      Cid payload,
      OptionalLong atTime) {
    throw new AssertionError("Nothing is signed here");
  }

  @Override
  public VerifiedSignature verify(Jws jws, Deadline deadline) {
    throw new AssertionError("Nothing is signed here");
  }
}
