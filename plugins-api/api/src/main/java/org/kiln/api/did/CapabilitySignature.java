package org.kiln.api.did;

import java.util.Objects;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.api.plugin.Retryable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Verifies one signature type of capabilities (the {@code s.t} of a CACAO). Register it as a
 * service with the property {@value #TYPE_PROPERTY}. Times, audience and resources are the node's
 * business; this only says whether the issuer signed. Must be thread-safe; may block until the
 * deadline (a contract wallet has to be asked).
 *
 * @see <a href="https://github.com/ChainAgnostic/CAIPs/blob/main/CAIPs/caip-74.md">CAIP-74</a>
 */
@ConsumerType
public interface CapabilitySignature {
  /** Name of the service property that carries the signature type. */
  String TYPE_PROPERTY = "cacao.type";

  /** The signature type, for example {@code eip191}. */
  String type();

  /**
   * Checks the signature over the whole capability.
   *
   * @param cacao the capability block, {@code {h, p, s}}
   * @throws CapabilityException when the issuer did not sign this, or it cannot be found out
   */
  void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException;

  /** A capability that does not hold. */
  final class CapabilityException extends Exception implements Retryable {
    private static final long serialVersionUID = 1L;

    private final transient Retry retry;

    /**
     * With the sentence clients know, and whether it may work later (a chain could not be asked).
     */
    public CapabilityException(String message, Retry retry) {
      super(message);
      this.retry = Objects.requireNonNull(retry, "retry");
    }

    @Override
    public Retry retry() {
      return retry;
    }
  }
}
