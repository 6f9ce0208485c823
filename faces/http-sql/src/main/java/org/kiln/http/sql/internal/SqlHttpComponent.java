package org.kiln.http.sql.internal;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.http.HttpManners;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.sql.SqlForm;
import org.kiln.core.sql.SqlTables;
import org.kiln.http.sql.SqlFace;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
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

/** Registers the routes of SQL, where there is any. */
@Component(
    configurationPid = SqlHttpComponent.PID,
    service = {},
    immediate = true)
@Designate(ocd = SqlHttpComponent.Config.class)
public final class SqlHttpComponent {
  static final String PID = "org.kiln.http.sql";

  /** The listener that has the address of ceramic-one. */
  private static final String ONE = "one";

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln: SQL over HTTP")
  public @interface Config {
    @AttributeDefinition(description = "Where SQL is answered by Flight. Empty: nowhere.")
    String address() default "";

    @AttributeDefinition(
        description = "Answer anyone at /ceramic/query, where the API of ceramic-one is.")
    boolean open() default false;

    @AttributeDefinition(description = "That API is on the node's own HTTP address as well.")
    boolean besideV0() default false;
  }

  private final OptionalService<SqlTables> tables = new OptionalService<>();
  private final OptionalService<SqlForm> arrow = new OptionalService<>();
  private final SqlFace face;
  private final List<ServiceRegistration<HttpRoute>> registrations = new ArrayList<>();

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public SqlHttpComponent(BundleContext context, Config config) {
    face = new SqlFace(tables, arrow);
    if (config.address().isBlank()) {
      return;
    }
    for (HttpRoute route : face.guarded()) {
      registrations.add(context.registerService(HttpRoute.class, route, null));
    }
    if (config.open()) {
      Dictionary<String, Object> listeners = new Hashtable<>();
      listeners.put(
          HttpManners.LISTENERS,
          config.besideV0() ? new String[] {ONE, HttpManners.MAIN} : new String[] {ONE});
      for (HttpRoute route : face.open()) {
        registrations.add(context.registerService(HttpRoute.class, route, listeners));
      }
    }
  }

  @Deactivate
  void deactivate() {
    face.close();
    registrations.forEach(ServiceRegistration::unregister);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindTables(SqlTables service) {
    tables.bind(service);
  }

  void unbindTables(SqlTables service) {
    tables.unbind(service);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindArrow(SqlForm service) {
    arrow.bind(service);
  }

  void unbindArrow(SqlForm service) {
    arrow.unbind(service);
  }
}
