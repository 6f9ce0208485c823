package org.kiln.core.guard.internal;

import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.plugin.Retry;
import org.kiln.core.guard.PluginUnavailableException;

/** What plugins know of identities. A failure of theirs is never a verdict: it may work later. */
final class GuardedDid {
  private GuardedDid() {}

  /** A plugin's DID method. */
  static final class Method implements DidMethod {
    private final DidMethod method;
    private final PluginThreads threads;
    private final String name;

    Method(DidMethod method, PluginThreads threads) throws PluginUnavailableException {
      this.method = method;
      this.threads = threads;
      this.name =
          Checked.constants(threads, method, () -> Checked.present(method.method(), "method()"));
    }

    @Override
    public String method() {
      return name;
    }

    @Override
    public DidDocument resolve(DidUrl did, ResolveOptions options) throws DidException {
      try {
        return threads.call(
            this,
            "DidMethod.resolve",
            options.deadline(),
            DidException.class,
            caller -> Checked.did(method.resolve(did, options)));
      } catch (PluginUnavailableException e) {
        throw new DidException("internalError", e.getMessage(), Retry.LATER);
      }
    }
  }

  /** A plugin's signatures of capabilities. */
  static final class Capability implements CapabilitySignature {
    private final CapabilitySignature signature;
    private final PluginThreads threads;
    private final String type;

    Capability(CapabilitySignature signature, PluginThreads threads)
        throws PluginUnavailableException {
      this.signature = signature;
      this.threads = threads;
      this.type =
          Checked.constants(threads, signature, () -> Checked.present(signature.type(), "type()"));
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
      try {
        threads.call(
            this,
            "CapabilitySignature.verify",
            deadline,
            CapabilityException.class,
            caller -> {
              signature.verify(cacao, deadline);
              return null;
            });
      } catch (PluginUnavailableException e) {
        throw new CapabilityException(e.getMessage(), Retry.LATER);
      }
    }
  }

  /** A plugin's signature algorithm; it may say yes or no, and nothing else is a no. */
  static final class Suite implements SignatureSuite {
    private record Constants(String alg, String provider) {}

    private final SignatureSuite suite;
    private final PluginThreads threads;
    private final Constants constants;

    Suite(SignatureSuite suite, PluginThreads threads) throws PluginUnavailableException {
      this.suite = suite;
      this.threads = threads;
      this.constants =
          Checked.constants(
              threads,
              suite,
              () ->
                  new Constants(
                      Checked.present(suite.alg(), "alg()"), String.valueOf(suite.provider())));
    }

    @Override
    public String alg() {
      return constants.alg();
    }

    @Override
    public String provider() {
      return constants.provider();
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
      try {
        return threads.call(
            this,
            "SignatureSuite.verify",
            Deadline.NONE,
            caller -> suite.verify(publicKey, message, signature));
      } catch (PluginUnavailableException e) {
        throw new DeadlineExpiredException(e.getMessage());
      }
    }
  }
}
