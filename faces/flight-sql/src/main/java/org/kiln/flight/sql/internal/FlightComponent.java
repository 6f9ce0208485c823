package org.kiln.flight.sql.internal;

import java.io.IOException;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.sql.SqlTables;
import org.kiln.flight.sql.FlightFace;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens while there are tables, and says whether an answer reaches a client. */
@Component(configurationPid = FlightComponent.PID, service = PluginHealth.class, immediate = true)
@Designate(ocd = FlightComponent.Config.class)
public final class FlightComponent implements PluginHealth {
  static final String PID = "org.kiln.flight.sql";
  private static final Logger LOG = LoggerFactory.getLogger(FlightComponent.class);

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln: Flight SQL")
  public @interface Config {
    @AttributeDefinition(description = "Where it listens, HOST:PORT.")
    String address() default "127.0.0.1:5102";
  }

  private final String address;
  private final String version;
  private SqlTables tables;
  private Optional<FlightFace> face = Optional.empty();

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public FlightComponent(Config config, @Reference NodeInfo node) {
    address = config.address();
    version = node.version();
  }

  /** Nothing of Arrow is loaded before there are tables; the ones of before make room. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  synchronized void bindTables(SqlTables service) {
    face.ifPresent(FlightFace::close);
    tables = service;
    face = open(address, service, version);
  }

  synchronized void unbindTables(SqlTables service) {
    if (tables == service) {
      tables = null;
      face.ifPresent(FlightFace::close);
      face = Optional.empty();
    }
  }

  private static Optional<FlightFace> open(String address, SqlTables tables, String version) {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
    int port = Integer.parseInt(address.substring(colon + 1));
    try {
      FlightFace face = new FlightFace(host, port, tables, version);
      LOG.info("Flight SQL at {}:{}", address.substring(0, colon), face.port());
      return Optional.of(face);
    } catch (IOException e) {
      LOG.error(
          "Flight SQL is not served: {} cannot be listened on ({}). Choose another sql.address, or"
              + " stop what listens there; then restart.",
          address,
          e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public Health check(Deadline deadline) {
    Optional<FlightFace> asked;
    synchronized (this) {
      if (tables == null) {
        return new Health(Level.UP, "");
      }
      asked = face;
    }
    if (asked.isEmpty()) {
      return new Health(Level.DEGRADED, "Flight SQL cannot listen on " + address);
    }
    try {
      // Slow is not down: tables that are behind must not take the node from its clients.
      asked.get().ask(deadline.remaining().dividedBy(2));
      return new Health(Level.UP, "");
    } catch (RuntimeException e) {
      return new Health(Level.DEGRADED, "Flight SQL does not answer: " + e.getMessage());
    }
  }

  @Deactivate
  synchronized void deactivate() {
    face.ifPresent(FlightFace::close);
    face = Optional.empty();
  }
}
