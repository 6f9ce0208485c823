package org.kiln.http.v0.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.access.AuditLog;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.log.EventLog;
import org.kiln.core.node.NodeControl;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.core.node.StatusSection;
import org.kiln.core.stream.ScratchStreams;
import org.kiln.core.stream.StateJson;
import org.kiln.core.stream.StreamService;
import org.kiln.core.stream.StreamService.Sync;
import org.kiln.http.v0.Rehearsal;
import org.kiln.http.v0.V0Face;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the routes of the v0 face. */
@Component(
    configurationPid = V0Component.PID,
    service = {},
    immediate = true)
@Designate(ocd = V0Component.Config.class)
public final class V0Component {
  static final String PID = "kiln.http.v0";

  @ObjectClassDefinition(name = "Kiln HTTP API v0")
  @interface Config {
    @AttributeDefinition(
        description = "Refuse writes; streams are still created, but not announced.")
    boolean readOnly() default false;

    @AttributeDefinition(description = "DIDs whose signature admin requests need.")
    String[] adminDids() default {};

    @AttributeDefinition(
        description =
            "PREFER_CACHE, SYNC_ALWAYS, NEVER_SYNC or SYNC_ON_ERROR to overrule what clients ask"
                + " for; empty to let them.")
    String syncOverride() default "";

    @AttributeDefinition(description = "Bytes of states kept as JSON text.")
    long stateCacheBytes() default 64L << 20;

    @AttributeDefinition(
        description =
            "Seconds after the start in which recorded sessions are played through on a store that"
                + " is thrown away, so that the first clients find compiled code; 0 for none.")
    int rehearsalSeconds() default 5;
  }

  private static final Logger LOG = LoggerFactory.getLogger(V0Component.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private final V0Face face;
  private final Rehearsal rehearsal;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private final List<StatusSection> sections = new CopyOnWriteArrayList<>();
  private final AtomicReference<AuditLog> audit = new AtomicReference<>();
  private volatile NodeControl control;

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public V0Component(
      BundleContext context,
      Config config,
      @Reference StreamService streams,
      @Reference EventLog log,
      @Reference SignatureVerifier verifier,
      @Reference ExtensionRegistry extensions,
      @Reference NodeInfo node,
      @Reference Startup startup,
      @Reference ScratchStreams scratch) {
    V0Face.Settings settings =
        new V0Face.Settings(
            config.readOnly(),
            Stream.of(config.adminDids())
                .map(String::strip)
                .filter(did -> !did.isEmpty())
                .collect(Collectors.toUnmodifiableSet()),
            config.syncOverride().isBlank()
                ? Optional.empty()
                : Optional.of(Sync.valueOf(config.syncOverride().strip())),
            config.stateCacheBytes());
    V0Face.Parts parts =
        new V0Face.Parts(
            streams,
            log,
            verifier,
            extensions,
            node,
            () -> sections,
            () -> Optional.ofNullable(control),
            startup,
            Clock.systemUTC());
    face = new V0Face(parts, settings);
    rehearsal = new Rehearsal(parts, scratch, new LoopbackStages(context));
    registrations.add(context.registerService(StateJson.class, face.stateJson(), null));
    for (HttpRoute route : face.routes()) {
      HttpRoute audited = AuditedRoute.of(route, audit::get);
      registrations.add(context.registerService(HttpRoute.class, audited, null));
    }
    if (config.rehearsalSeconds() > 0) {
      Duration time = Duration.ofSeconds(config.rehearsalSeconds());
      Thread.ofPlatform().name("kiln-rehearsal").daemon().start(() -> rehearse(startup, time));
    }
  }

  /** When everything has started: before that it would only make the start slower. */
  private void rehearse(Startup startup, Duration time) {
    try {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (startup.pending().isPresent() && !rehearsal.stopped() && System.nanoTime() < end) {
        Thread.sleep(POLL);
      }
      if (!rehearsal.stopped()) {
        rehearsal.run(time);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError e) {
      // The node stops, and its classes go; or its disk is full: nothing depends on a rehearsal.
      LOG.debug("No rehearsal", e);
    }
  }

  @Deactivate
  void deactivate() {
    rehearsal.stop();
    registrations.forEach(ServiceRegistration::unregister);
    face.close();
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindControl(NodeControl service) {
    control = service;
  }

  void unbindControl(NodeControl service) {
    if (control == service) {
      control = null;
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindAuditLog(AuditLog service) {
    audit.set(service);
  }

  void unbindAuditLog(AuditLog service) {
    audit.compareAndSet(service, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindSection(StatusSection section) {
    sections.add(section);
  }

  void unbindSection(StatusSection section) {
    sections.remove(section);
  }
}
