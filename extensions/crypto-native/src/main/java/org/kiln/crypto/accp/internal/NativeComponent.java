package org.kiln.crypto.accp.internal;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import org.kiln.api.did.SignatureSuite;
import org.kiln.crypto.accp.NativeEd25519Suite;
import org.kiln.crypto.accp.NativeP256Suite;
import org.kiln.crypto.accp.NativeProvider;
import org.kiln.crypto.accp.NativeProvider.UnavailableException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the native suites above the pure Java ones if the library loads. Registers by hand,
 * because a declared service would stand there without a library as well.
 */
@Component(
    immediate = true,
    service = {})
public final class NativeComponent {
  private static final Logger LOG = LoggerFactory.getLogger(NativeComponent.class);
  private static final int RANKING = 100;

  private final List<ServiceRegistration<SignatureSuite>> services = new ArrayList<>();

  /** Loads the library and says what came of it. */
  @Activate
  public NativeComponent(BundleContext context) {
    try {
      NativeProvider provider = NativeProvider.load();
      publish(context, new NativeEd25519Suite(provider));
      publish(context, new NativeP256Suite(provider));
      LOG.info("Signatures EdDSA and ES256 are checked by {} (native)", provider.name());
    } catch (UnavailableException e) {
      LOG.info("Signatures are checked in pure Java; no native library: {}", e.getMessage());
    }
  }

  private void publish(BundleContext context, SignatureSuite suite) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(SignatureSuite.ALG_PROPERTY, suite.alg());
    properties.put(Constants.SERVICE_RANKING, RANKING);
    services.add(context.registerService(SignatureSuite.class, suite, properties));
  }

  @Deactivate
  void stop() {
    services.forEach(ServiceRegistration::unregister);
  }
}
