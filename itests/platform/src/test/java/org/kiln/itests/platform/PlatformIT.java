package org.kiln.itests.platform;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.stream.StreamType;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NodeStore;
import org.kiln.core.node.NodeControl;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamAnchors;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamHistory;
import org.kiln.core.stream.StreamPins;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamStats;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.TimeEventWrites;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What ships resolves, starts, and offers what the node is made of. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PlatformIT {
  private static final Duration START = Duration.ofSeconds(60);

  @Inject private BundleContext context;
  @Inject private ServiceComponentRuntime components;
  @Inject private NodeInfo node;
  @Inject private ExtensionRegistry extensions;

  @Configuration
  public Option[] node() throws IOException {
    return ShippedNode.options("platform", Map.of("network", "local-5", "store.backend", "memory"));
  }

  @Test
  public void shouldResolveAndStartEveryBundle() throws InterruptedException {
    assertSoonEmpty(this::lameBundles);
    int bundles = context.getBundles().length;
    assertTrue("only " + bundles + " bundles", bundles > 30);
  }

  private List<String> lameBundles() {
    List<String> lame = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      boolean fragment = bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
      if (bundle.getState() != (fragment ? Bundle.RESOLVED : Bundle.ACTIVE)) {
        lame.add(bundle.getSymbolicName() + " is in state " + bundle.getState());
      }
    }
    return lame;
  }

  @Test
  public void shouldSatisfyEveryComponent() throws InterruptedException {
    assertSoonEmpty(this::unsatisfiedComponents);
  }

  private List<String> unsatisfiedComponents() {
    List<String> unsatisfied = new ArrayList<>();
    for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs()) {
      if (!description.bundle.symbolicName.startsWith("org.kiln.")) {
        continue;
      }
      Collection<ComponentConfigurationDTO> configurations =
          components.getComponentConfigurationDTOs(description);
      if (configurations.isEmpty() && !"require".equals(description.configurationPolicy)) {
        unsatisfied.add(description.name + " has no configuration");
      }
      for (ComponentConfigurationDTO configuration : configurations) {
        if (configuration.state != ComponentConfigurationDTO.ACTIVE
            && configuration.state != ComponentConfigurationDTO.SATISFIED) {
          unsatisfied.add(
              description.name
                  + " is in state "
                  + configuration.state
                  + " "
                  + configuration.failure);
        }
      }
    }
    return unsatisfied;
  }

  @Test
  public void shouldOfferEveryService() throws InterruptedException {
    assertSoonEmpty(this::missingServices);
  }

  private List<String> missingServices() {
    List<String> missing = new ArrayList<>();
    for (Class<?> service :
        List.of(
            NodeInfo.class,
            NodeControl.class,
            ExtensionRegistry.class,
            SignatureVerifier.class,
            NodeStore.class,
            EventLog.class,
            StreamReads.class,
            StreamHistory.class,
            StreamWrites.class,
            StreamArrivals.class,
            TimeEventWrites.class,
            StreamAnchors.class,
            StreamPins.class,
            StreamStats.class,
            AnchorRequests.class,
            StoreBackend.class,
            StreamType.class,
            DidMethod.class,
            SignatureSuite.class,
            CapabilitySignature.class,
            AnchorChain.class,
            AnchorProofValidator.class,
            HttpRoute.class)) {
      if (context.getServiceReference(service) == null) {
        missing.add(service.getSimpleName());
      }
    }
    return missing;
  }

  /**
   * Asserts that nothing is wrong once the node has started. The test itself begins as soon as the
   * services are there that it takes; of the others some open a database or wait for settings,
   * which come on a thread of their own.
   */
  private static void assertSoonEmpty(Supplier<List<String>> wrong) throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    List<String> found = wrong.get();
    while (!found.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(50);
      found = wrong.get();
    }
    assertEquals(List.of(), found);
  }

  /** A JDBC driver is what its type says; a function or a list is not. */
  @Test
  public void shouldOfferNoServiceUnderATypeThatSaysNothing() throws InvalidSyntaxException {
    List<String> untyped = new ArrayList<>();
    for (ServiceReference<?> service : context.getAllServiceReferences(null, null)) {
      for (String type : (String[]) service.getProperty(Constants.OBJECTCLASS)) {
        if (service.getBundle().getSymbolicName().startsWith("org.kiln.")
            && (type.startsWith("java.lang.") || type.startsWith("java.util."))) {
          untyped.add(service.getBundle().getSymbolicName() + " offers a " + type);
        }
      }
    }
    assertEquals(List.of(), untyped);
  }

  @Test
  public void shouldLendTheBuiltInExtensions() throws InterruptedException {
    Map<Class<?>, List<String>> builtIn =
        Map.of(
            StreamType.class, List.of("0", "1", "2", "3"),
            DidMethod.class, List.of("key", "pkh"),
            SignatureSuite.class, List.of("EdDSA", "ES256", "ES256K"),
            AnchorChain.class, List.of("inmemory:12345"));
    assertSoonEmpty(
        () -> {
          List<String> missing = new ArrayList<>();
          builtIn.forEach(
              (kind, keys) -> {
                List<String> not = new ArrayList<>(keys);
                not.removeAll(extensions.keys(kind));
                not.forEach(key -> missing.add(kind.getSimpleName() + " " + key));
              });
          return missing;
        });
  }

  @Test
  public void shouldApplyTheSettings() {
    assertEquals("local-5", node.network().name());
    assertEquals(List.of("eip155:1337"), node.supportedChains());
    assertTrue(node.dataDirectory().isAbsolute());
  }

  @Test
  public void shouldExportOnlyContracts() {
    TreeSet<String> exporters = new TreeSet<>();
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getSymbolicName().startsWith("org.kiln.")
          && bundle.getHeaders("").get(Constants.EXPORT_PACKAGE) != null) {
        exporters.add(bundle.getSymbolicName());
      }
    }
    exporters.removeAll(
        List.of(
            "org.kiln.plugins.api",
            "org.kiln.core",
            "org.kiln.ipld",
            "org.kiln.schema",
            "org.kiln.xodus"));
    assertEquals(new TreeSet<>(), exporters);
  }
}
