package org.kiln.anchor.remote.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Hashtable;
import org.kiln.anchor.remote.RemoteChain;
import org.kiln.api.anchor.AnchorChain;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the client when a service is configured. */
@Component(
    configurationPid = "org.kiln.anchor.remote",
    immediate = true,
    service = {})
@Designate(ocd = RemoteComponent.Config.class)
public final class RemoteComponent {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteComponent.class);

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln remote anchoring")
  public @interface Config {
    /** The service. */
    @AttributeDefinition(
        description =
            "URL of a Ceramic Anchor Service; empty for none. To use it, set the chain of"
                + " org.kiln.anchor to cas:remote.")
    String url() default "";

    /** The account. */
    @AttributeDefinition(
        description =
            "File with the seed of the account that signs requests, 64 hexadecimal digits;"
                + " made when it is not there.")
    String seedFile() default "anchor-remote/node.seed";
  }

  private final RemoteChain chain;
  private final ServiceRegistration<?> registration;

  /** Opens what is configured and registers it. */
  @Activate
  public RemoteComponent(BundleContext context, Config config) throws IOException {
    if (config.url().isBlank()) {
      chain = null;
      registration = null;
      return;
    }
    chain = RemoteChain.open(URI.create(config.url().strip()), Path.of(config.seedFile()));
    LOG.info("Signs requests to the anchor service as {}", chain.did());
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(AnchorChain.CHAIN_PROPERTY, chain.chainId());
    registration = context.registerService(AnchorChain.class, chain, properties);
  }

  @Deactivate
  void deactivate() {
    if (chain != null) {
      registration.unregister();
      chain.close();
    }
  }
}
