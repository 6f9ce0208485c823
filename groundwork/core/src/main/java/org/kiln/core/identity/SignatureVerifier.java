package org.kiln.core.identity;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.SignedEnvelope;

/**
 * Checks who signed what. The costly part, {@link #verify}, depends on the event alone and runs in
 * parallel, off every lock; the cheap part, {@link #authorize}, depends on the stream and on time,
 * and runs as events are applied. Thread-safe.
 */
public interface SignatureVerifier {

  /**
   * Checks the envelope's signature with the keys of its {@code kid}, and the capability's
   * signature if it carries one.
   *
   * @throws UnverifiedException when a signature does not fit or the {@code kid} cannot be used
   * @throws DependencyMissingException when a DID method, algorithm or capability type is not
   *     installed, or cannot reach what it needs now
   */
  VerifiedSignature verify(SignedEnvelope envelope, Deadline deadline)
      throws UnverifiedException, DependencyMissingException;

  /**
   * What {@link #verify} would answer for an envelope whose signature is known to be good, because
   * it comes from our own log.
   *
   * @throws UnverifiedException when header or capability cannot be read
   */
  VerifiedSignature trust(SignedEnvelope envelope) throws UnverifiedException;

  /**
   * Demands that the controller stands behind the signature: as the signer itself or through the
   * capability, which must be in force and allow writing to this stream.
   *
   * @param signature the verified signature
   * @param controller the stream's controller
   * @param stream the stream
   * @param model the stream's model, if it has one
   * @param payload CID of the event's payload block
   * @param atTime unix seconds of the time event that covers the event; empty means now
   * @throws UnverifiedException when it does not; the message is the cause alone
   * @throws DependencyMissingException when the controller's DID method is not installed
   */
  void authorize(
      VerifiedSignature signature,
      String controller,
      StreamId stream,
      Optional<StreamId> model,
      Cid payload,
      OptionalLong atTime)
      throws UnverifiedException, DependencyMissingException;

  /**
   * Demands what {@link #authorize} demands, but for when: who is refused here may never sign for
   * that controller, and never might. Where a document decides that may say something else at
   * another time, that cannot be told.
   *
   * @throws UnverifiedException when the controller does not stand behind the signature
   * @throws DependencyMissingException when that cannot be told now
   */
  default void authorizeEver(
      VerifiedSignature signature,
      String controller,
      StreamId stream,
      Optional<StreamId> model,
      Cid payload)
      throws UnverifiedException, DependencyMissingException {}

  /**
   * What is to be remembered of a signature that {@link #authorize} lets pass, so that {@link
   * #standsAt} can tell whether it passes at another time as well. Lets most time events be applied
   * without deriving anew what came before them.
   *
   * @param controllers the stream's controllers when the event was applied
   * @return empty when more than the signature and these controllers decides, and in case of doubt
   */
  default Optional<SignatureValidity> validity(
      VerifiedSignature signature, List<String> controllers) {
    return Optional.empty();
  }

  /**
   * Whether a signature passes at another time, as far as is known now.
   *
   * @param atTime unix seconds
   * @return false in case of doubt
   */
  default boolean standsAt(SignatureValidity validity, long atTime) {
    return false;
  }

  /**
   * Whether a capability had expired at a time, the grace in which its event may still wait for a
   * time event included. What {@link #authorize} goes by.
   *
   * @param expiration when the capability expires, unix seconds
   * @param atTime unix seconds
   */
  boolean expired(long expiration, long atTime);

  /**
   * Checks a JWS that is no event, for example an admin request.
   *
   * @return the signer
   * @throws UnverifiedException when the signature does not fit
   * @throws DependencyMissingException when the DID method is not installed
   */
  VerifiedSignature verify(Jws jws, Deadline deadline)
      throws UnverifiedException, DependencyMissingException;
}
