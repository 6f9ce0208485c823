package org.kiln.http.one.internal;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.stream.Stream;
import org.kiln.api.feed.Feed;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.http.HttpManners;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.Interests;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamWrites;
import org.kiln.http.one.OneFace;
import org.kiln.http.one.OneManners;
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

/** Registers the routes of ceramic-one's API. */
@Component(
    configurationPid = OneComponent.PID,
    service = {},
    immediate = true)
@Designate(ocd = OneComponent.Config.class)
public final class OneComponent {
  static final String PID = "org.kiln.http.one";

  /** The listener that has the address of ceramic-one. */
  private static final String OWN = "one";

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln: the HTTP API of ceramic-one")
  @interface Config {
    @AttributeDefinition(description = "Serve it on the node's own HTTP address as well.")
    boolean besideV0() default false;

    @AttributeDefinition(
        description = "Origins whose pages may call; all others are told the first one.")
    String[] allowedOrigins() default {"*"};

    @AttributeDefinition(
        description =
            "Take events that do not fit their model, as ceramic-one does; else they are refused"
                + " at once, with the reason.")
    boolean keepInvalid() default false;

    @AttributeDefinition(description = "Refuse writes.")
    boolean readOnly() default false;
  }

  private final OptionalService<PeerNetwork> network = new OptionalService<>();
  private final OneFace face;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public OneComponent(
      BundleContext context,
      Config config,
      @Reference StreamReads reads,
      @Reference StreamWrites writes,
      @Reference StreamArrivals arrivals,
      @Reference EventLog log,
      @Reference Feed feed,
      @Reference SignatureVerifier verifier,
      @Reference Interests interests,
      @Reference NodeInfo node) {
    face =
        new OneFace(
            new OneFace.Parts(
                reads, writes, arrivals, log, feed, verifier, interests, node, network),
            new OneFace.Writes(config.readOnly(), config.keepInvalid()));
    List<String> origins =
        Stream.of(config.allowedOrigins()).map(String::strip).filter(o -> !o.isEmpty()).toList();
    manners(context, new OneManners(origins, true), OWN);
    if (config.besideV0()) {
      manners(context, new OneManners(origins, false), HttpManners.MAIN);
    }
    Dictionary<String, Object> listeners = new Hashtable<>();
    listeners.put(
        HttpManners.LISTENERS,
        config.besideV0() ? new String[] {OWN, HttpManners.MAIN} : new String[] {OWN});
    for (HttpRoute route : face.routes()) {
      registrations.add(context.registerService(HttpRoute.class, route, listeners));
    }
    Dictionary<String, Object> alone = new Hashtable<>();
    alone.put(HttpManners.LISTENERS, OWN);
    for (HttpRoute route : face.kuboRoutes()) {
      registrations.add(context.registerService(HttpRoute.class, route, alone));
    }
    registrations.add(context.registerService(Metrics.class, face, null));
  }

  private void manners(BundleContext context, HttpManners manners, String listener) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(HttpManners.LISTENERS, listener);
    registrations.add(context.registerService(HttpManners.class, manners, properties));
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
  void bindNetwork(PeerNetwork service) {
    network.bind(service);
  }

  void unbindNetwork(PeerNetwork service) {
    network.unbind(service);
  }
}
