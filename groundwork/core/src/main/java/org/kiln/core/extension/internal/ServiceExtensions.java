package org.kiln.core.extension.internal;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.guard.PluginGuards.Guarded;
import org.kiln.core.guard.PluginUnavailableException;
import org.kiln.core.lending.Lease;
import org.kiln.core.lending.Rank;
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

/**
 * The extensions among the framework's services. Declarative Services unbinds a service before it
 * deactivates the component behind it, and waits for the unbind method; that is what makes draining
 * there enough for no extension ever to be called after it was closed.
 */
@Component(service = ExtensionRegistry.class, configurationPid = "org.kiln.core.extensions")
@Designate(ocd = ServiceExtensions.Config.class)
public final class ServiceExtensions implements ExtensionRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceExtensions.class);

  /** How patient the registry is while an extension is replaced. */
  @ObjectClassDefinition(name = "Kiln: extensions")
  public @interface Config {
    @AttributeDefinition(
        name = "Drain timeout",
        description =
            "Milliseconds an extension that goes may still be used by calls under way. Keep it"
                + " below ds.lock.timeout.milliseconds of the component runtime.")
    long drainTimeoutMs() default 5_000;

    @AttributeDefinition(
        name = "Parking time",
        description = "Milliseconds a call waits for the successor of an extension that has gone.")
    long parkMs() default 3_000;
  }

  private final PluginGuards guards;
  private final LendingRegistry registry;

  /** What is lent, by its kind and the service it stands for: one object may be of two kinds. */
  private final Map<Class<?>, Map<Object, Guarded<?>>> guarded = new ConcurrentHashMap<>();

  /** With the times of the configuration. */
  @Activate
  public ServiceExtensions(@Reference PluginGuards guards, Config config) {
    this.guards = guards;
    registry = new LendingRegistry(config.drainTimeoutMs(), config.parkMs());
  }

  @Deactivate
  void deactivate() {
    registry.close();
  }

  @Override
  public <T> Lease<T> acquire(Class<T> spi, String key, Deadline deadline)
      throws ExtensionMissingException {
    return registry.acquire(spi, key, deadline);
  }

  @Override
  public Set<String> keys(Class<?> spi) {
    return registry.keys(spi);
  }

  @Override
  public AutoCloseable onChange(Class<?> spi, ChangeListener listener) {
    return registry.onChange(spi, listener);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      unbind = "unbindStreamType")
  void bindStreamType(StreamType type, Map<String, Object> properties) {
    add(
        StreamType.class,
        type,
        properties,
        StreamType.TYPE_PROPERTY,
        t -> Integer.toString(t.typeCode()));
  }

  void unbindStreamType(StreamType type) {
    remove(StreamType.class, type);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      unbind = "unbindDidMethod")
  void bindDidMethod(DidMethod method, Map<String, Object> properties) {
    add(DidMethod.class, method, properties, DidMethod.METHOD_PROPERTY, DidMethod::method);
  }

  void unbindDidMethod(DidMethod method) {
    remove(DidMethod.class, method);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      unbind = "unbindSignatureSuite")
  void bindSignatureSuite(SignatureSuite suite, Map<String, Object> properties) {
    add(SignatureSuite.class, suite, properties, SignatureSuite.ALG_PROPERTY, SignatureSuite::alg);
  }

  void unbindSignatureSuite(SignatureSuite suite) {
    remove(SignatureSuite.class, suite);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      unbind = "unbindCapabilitySignature")
  void bindCapabilitySignature(CapabilitySignature signature, Map<String, Object> properties) {
    add(
        CapabilitySignature.class,
        signature,
        properties,
        CapabilitySignature.TYPE_PROPERTY,
        CapabilitySignature::type);
  }

  void unbindCapabilitySignature(CapabilitySignature signature) {
    remove(CapabilitySignature.class, signature);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      unbind = "unbindAnchorChain")
  void bindAnchorChain(AnchorChain chain, Map<String, Object> properties) {
    add(AnchorChain.class, chain, properties, AnchorChain.CHAIN_PROPERTY, AnchorChain::chainId);
  }

  void unbindAnchorChain(AnchorChain chain) {
    remove(AnchorChain.class, chain);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      unbind = "unbindAnchorProofValidator")
  void bindAnchorProofValidator(AnchorProofValidator validator, Map<String, Object> properties) {
    add(
        AnchorProofValidator.class,
        validator,
        properties,
        AnchorProofValidator.CHAINS_PROPERTY,
        null);
  }

  void unbindAnchorProofValidator(AnchorProofValidator validator) {
    remove(AnchorProofValidator.class, validator);
  }

  private <T> void add(
      Class<T> spi,
      T service,
      Map<String, Object> properties,
      String property,
      Function<T, String> ownKey) {
    Guarded<T> behind;
    try {
      behind = guards.guard(spi, service, properties);
    } catch (PluginUnavailableException e) {
      LOG.error("{} of it is not used: {}", spi.getSimpleName(), e.getMessage());
      return;
    }
    String own = ownKey == null ? null : ownKey.apply(behind.service());
    List<String> keys = keys(properties.get(property));
    if (keys.isEmpty() && own != null) {
      keys = List.of(own);
    }
    if (keys.isEmpty() || own != null && !keys.equals(List.of(own))) {
      LOG.error(
          "{} of {} is not used: its service property {} is {}, and it calls itself {}",
          spi.getSimpleName(),
          service.getClass().getName(),
          property,
          keys,
          own);
      return;
    }
    guarded(spi).put(service, behind);
    registry.add(spi, keys, behind.service(), Rank.of(guards.shipped(properties), properties));
    LOG.debug("{} {} is there ({})", spi.getSimpleName(), keys, service.getClass().getName());
  }

  private <T> void remove(Class<T> spi, T service) {
    // First: what is kept here, whatever throws below, keeps the classes of a bundle that has gone.
    Guarded<?> behind = guarded(spi).remove(service);
    if (behind == null) {
      return;
    }
    behind.leave();
    registry.remove(spi, spi.cast(behind.service()));
    LOG.debug("{} {} has gone", spi.getSimpleName(), service.getClass().getName());
  }

  private Map<Object, Guarded<?>> guarded(Class<?> spi) {
    return guarded.computeIfAbsent(
        spi, kind -> Collections.synchronizedMap(new IdentityHashMap<>()));
  }

  /** One value, an array or a collection, as texts. */
  private static List<String> keys(Object value) {
    return switch (value) {
      case null -> List.of();
      case Object[] array -> Stream.of(array).map(Object::toString).toList();
      case Collection<?> all -> all.stream().map(Object::toString).toList();
      default -> List.of(value.toString());
    };
  }
}
