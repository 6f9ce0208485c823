package org.kiln.core.node.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.node.Networks;
import org.kiln.core.node.NodeInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The node as its configuration describes it. */
@Component(
    service = NodeInfo.class,
    configurationPid = "org.kiln.core.node",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredNode.Config.class)
public final class ConfiguredNode implements NodeInfo {

  /** Written by the launcher. */
  @ObjectClassDefinition(name = "Kiln: node")
  public @interface Config {
    @AttributeDefinition(name = "Version", description = "The release.")
    String version();

    @AttributeDefinition(name = "Network", description = "The name of the Ceramic network.")
    String network();

    @AttributeDefinition(name = "Data directory", description = "Absolute path.")
    String dataDirectory();

    @AttributeDefinition(
        name = "Chains",
        description = "CAIP-2 chains whose proofs are used. Empty: those of the network.")
    String[] chains() default {};
  }

  private final String version;
  private final NetworkId network;
  private final Path dataDirectory;
  private final List<String> chains;
  private final String runId = UUID.randomUUID().toString();
  private final long startedAt = System.currentTimeMillis();

  /** With the values of the configuration. */
  @Activate
  public ConfiguredNode(Config config) {
    version = config.version();
    network =
        NetworkId.named(config.network())
            .orElseThrow(
                () -> new IllegalArgumentException("There is no network " + config.network()));
    dataDirectory = Path.of(config.dataDirectory());
    chains = config.chains().length > 0 ? List.of(config.chains()) : Networks.of(network).chains();
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String runId() {
    return runId;
  }

  @Override
  public long startedAt() {
    return startedAt;
  }

  @Override
  public NetworkId network() {
    return network;
  }

  @Override
  public Path dataDirectory() {
    return dataDirectory;
  }

  @Override
  public List<String> supportedChains() {
    return chains;
  }
}
