package org.kiln.net.mdns.internal;

import java.security.SecureRandom;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.node.NodeInfo;
import org.kiln.net.mdns.Discovery;
import org.kiln.net.mdns.Multicast;
import org.kiln.net.mdns.PeerDialler;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for nodes on the local network while the peer network is on. */
@Component(
    configurationPid = "org.kiln.net.mdns",
    immediate = true,
    service = {})
@Designate(ocd = MdnsComponent.Config.class)
public final class MdnsComponent {
  private static final Logger LOG = LoggerFactory.getLogger(MdnsComponent.class);

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln multicast DNS")
  public @interface Config {
    /** The mode. */
    @AttributeDefinition(
        description = "on, off, or auto: on local networks, for nodes that listen for others.")
    String mode() default "auto";
  }

  private final PeerDialler dialler;
  private final Multicast multicast;

  /** Starts it. */
  @Activate
  public MdnsComponent(Config config, @Reference PeerNetwork network, @Reference NodeInfo node) {
    boolean on =
        switch (config.mode()) {
          case "on" -> true;
          case "off" -> false;
          default -> node.network().name().startsWith("local") && !network.addresses().isEmpty();
        };
    if (!on) {
      dialler = null;
      multicast = null;
      return;
    }
    dialler = new PeerDialler(network);
    SecureRandom random = new SecureRandom();
    multicast =
        new Multicast(
            link ->
                new Discovery(
                    network.self(),
                    network::addresses,
                    link,
                    dialler::found,
                    System::nanoTime,
                    random));
    LOG.info("Nodes on the local network are looked for by multicast DNS");
  }

  /** Stops it. */
  @Deactivate
  public void stop() {
    if (multicast != null) {
      multicast.close();
      dialler.close();
    }
  }
}
