package org.kiln.http.internal;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.access.AccessControl;
import org.kiln.core.access.AuditLog;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.guard.PluginGuards.Guarded;
import org.kiln.core.guard.PluginUnavailableException;
import org.kiln.core.http.HttpManners;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.lending.Rank;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.Startup;
import org.kiln.http.AccessLog;
import org.kiln.http.AccessPolicy;
import org.kiln.http.BearerAccess;
import org.kiln.http.Cors;
import org.kiln.http.Gateway;
import org.kiln.http.GatewayCounters;
import org.kiln.http.Limits;
import org.kiln.http.Manners;
import org.kiln.http.Routes;
import org.kiln.http.ServingRecord;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the gateway with the HTTP whiteboard. It depends on nothing but its configuration, so
 * that whatever else is replaced, the servlet stays.
 */
@Component(
    service = {Servlet.class, Metrics.class},
    configurationPid = {LimitsConfig.PID, CorsConfig.PID, AccessConfig.PID},
    immediate = true)
@HttpWhiteboardServletPattern("/*")
@HttpWhiteboardServletAsyncSupported
public final class GatewayComponent implements Servlet, Metrics {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayComponent.class);

  private final Routes routes = new Routes();
  private final Manners manners = new Manners();
  private final GatewayCounters counters = new GatewayCounters(routes);
  private final OptionalService<AccessControl> control = new OptionalService<>();
  private final OptionalService<AuditLog> audit = new OptionalService<>();
  private final Gateway gateway;
  private final PluginGuards guards;

  /** What is called, by the service it stands for. */
  private final Map<HttpRoute, Guarded<HttpRoute>> guarded =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private final ServingRecord record;
  private volatile Limits limits;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Startup startup;

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public GatewayComponent(
      @Reference PluginGuards guards, LimitsConfig limits, CorsConfig cors, AccessConfig access) {
    this.guards = guards;
    this.limits = LimitsConfig.Reader.read(limits);
    this.record =
        limits.recordFile().isBlank()
            ? ServingRecord.NONE
            : ServingRecord.open(Path.of(limits.recordFile()));
    this.gateway =
        new Gateway(
            routes,
            manners,
            counters,
            record,
            () -> Optional.ofNullable(startup).flatMap(Startup::pending),
            this.limits,
            cors(cors),
            access(access),
            new AccessLog(limits.accessLog()));
  }

  @Modified
  void modified(LimitsConfig changed, CorsConfig cors, AccessConfig access) {
    limits = LimitsConfig.Reader.read(changed);
    gateway.configure(limits, cors(cors), access(access), new AccessLog(changed.accessLog()));
  }

  @Deactivate
  void deactivate() throws IOException {
    routes.close();
    record.close();
  }

  private static Cors cors(CorsConfig config) {
    return new Cors(List.of(config.allowedOrigins()));
  }

  private AccessPolicy access(AccessConfig config) {
    return new ServiceAccess(
        control,
        audit,
        new BearerAccess(
            List.of(config.viewerTokenSha256()), List.of(config.operatorTokenSha256())));
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindAccessControl(AccessControl service) {
    control.bind(service);
  }

  void unbindAccessControl(AccessControl service) {
    control.unbind(service);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindAuditLog(AuditLog service) {
    audit.bind(service);
  }

  void unbindAuditLog(AuditLog service) {
    audit.unbind(service);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindRoute(HttpRoute route, Map<String, Object> properties) {
    Guarded<HttpRoute> behind;
    try {
      behind = guards.guard(HttpRoute.class, route, properties);
    } catch (PluginUnavailableException e) {
      LOG.error("A route of it is not served: {}", e.getMessage());
      return;
    }
    guarded.put(route, behind);
    routes.add(
        behind.service(),
        Rank.of(guards.shipped(properties), properties),
        listeners(properties),
        properties.get(HttpManners.COUNTED_AS) instanceof String name ? name : HttpManners.CLIENTS);
  }

  void unbindRoute(HttpRoute route) {
    Guarded<HttpRoute> behind = guarded.remove(route);
    if (behind != null) {
      behind.leave();
      Limits now = limits;
      routes.remove(behind.service(), now.drainTimeout(), now.successorWindow());
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindManners(HttpManners service, Map<String, Object> properties) {
    manners.add(service, listeners(properties));
  }

  void unbindManners(HttpManners service) {
    manners.remove(service);
  }

  private static Set<String> listeners(Map<String, Object> properties) {
    return switch (properties.get(HttpManners.LISTENERS)) {
      case String[] names -> Set.of(names);
      case String name -> Set.of(name);
      case null, default -> Set.of(HttpManners.MAIN);
    };
  }

  @Override
  public void init(ServletConfig config) throws ServletException {
    gateway.init(config);
  }

  @Override
  public ServletConfig getServletConfig() {
    return gateway.getServletConfig();
  }

  @Override
  public void service(ServletRequest request, ServletResponse response)
      throws ServletException, IOException {
    gateway.service(request, response);
  }

  @Override
  public String getServletInfo() {
    return "Kiln HTTP gateway";
  }

  @Override
  public void destroy() {
    gateway.destroy();
  }

  @Override
  public List<Sample> samples() {
    return counters.samples();
  }
}
