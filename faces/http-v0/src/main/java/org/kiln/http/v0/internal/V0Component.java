package org.kiln.http.v0.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kiln.api.feed.Feed;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.access.AuditLog;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.index.CollectionService;
import org.kiln.core.index.LentCollections;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.log.EventLog;
import org.kiln.core.node.NodeControl;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.core.node.StatusSection;
import org.kiln.core.stream.StateJson;
import org.kiln.core.stream.StreamAnchors;
import org.kiln.core.stream.StreamFace;
import org.kiln.core.stream.StreamHistory;
import org.kiln.core.stream.StreamPins;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.SyncOption;
import org.kiln.http.v0.V0Face;
import org.kiln.http.v0.V0Streams;
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
  }

  /** Before streams that are no node's there is nobody to administrate, and little to remember. */
  private static final V0Face.Settings SETTINGS_BEFORE_OTHERS =
      new V0Face.Settings(false, Set.of(), Optional.empty(), 1 << 20);

  private final V0Face face;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private final List<StatusSection> sections = new CopyOnWriteArrayList<>();
  private final OptionalService<AuditLog> audit = new OptionalService<>();
  private final OptionalService<CollectionService> collections = new OptionalService<>();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile NodeControl control;

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public V0Component(
      BundleContext context,
      Config config,
      @Reference StreamReads reads,
      @Reference StreamHistory history,
      @Reference StreamWrites writes,
      @Reference StreamAnchors anchors,
      @Reference StreamPins pins,
      @Reference EventLog log,
      @Reference Feed feed,
      @Reference SignatureVerifier verifier,
      @Reference ExtensionRegistry extensions,
      @Reference NodeInfo node,
      @Reference Startup startup) {
    V0Face.Settings settings =
        new V0Face.Settings(
            config.readOnly(),
            Stream.of(config.adminDids())
                .map(String::strip)
                .filter(did -> !did.isEmpty())
                .collect(Collectors.toUnmodifiableSet()),
            config.syncOverride().isBlank()
                ? Optional.empty()
                : Optional.of(SyncOption.valueOf(config.syncOverride().strip())),
            config.stateCacheBytes());
    V0Face.Parts parts =
        new V0Face.Parts(
            new V0Streams(reads, history, writes, anchors, pins),
            log,
            verifier,
            extensions,
            node,
            () -> sections,
            () -> Optional.ofNullable(control),
            new LentCollections(collections),
            Optional.of(feed),
            startup,
            Clock.systemUTC());
    face = new V0Face(parts, settings);
    registrations.add(context.registerService(StateJson.class, face.stateJson(), null));
    registrations.add(
        context.registerService(
            StreamFace.class,
            (other, events) -> new V0Face(parts.before(other, events), SETTINGS_BEFORE_OTHERS),
            null));
    for (HttpRoute route : face.routes()) {
      HttpRoute audited = AuditedRoute.of(route, audit);
      registrations.add(context.registerService(HttpRoute.class, audited, null));
    }
  }

  @Deactivate
  void deactivate() {
    face.leave();
    registrations.forEach(ServiceRegistration::unregister);
    face.close();
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
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindCollections(CollectionService service) {
    collections.bind(service);
  }

  void unbindCollections(CollectionService service) {
    collections.unbind(service);
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
