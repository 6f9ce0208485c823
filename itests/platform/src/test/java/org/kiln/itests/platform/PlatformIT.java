package org.kiln.itests.platform;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
  @Inject private BundleContext context;
  @Inject private ServiceComponentRuntime components;
  @Inject private NodeInfo node;
  @Inject private ExtensionRegistry extensions;

  @Configuration
  public Option[] node() throws IOException {
    return ShippedNode.options("platform", Map.of("network", "local-5", "store.backend", "memory"));
  }

  @Test
  public void shouldResolveAndStartEveryBundle() {
    List<String> lame = new ArrayList<>();
    int bundles = 0;
    for (Bundle bundle : context.getBundles()) {
      boolean fragment = bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
      bundles++;
      if (bundle.getState() != (fragment ? Bundle.RESOLVED : Bundle.ACTIVE)) {
        lame.add(bundle.getSymbolicName() + " is in state " + bundle.getState());
      }
    }
    assertEquals(List.of(), lame);
    assertTrue("only " + bundles + " bundles", bundles > 30);
  }

  @Test
  public void shouldSatisfyEveryComponent() {
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
    assertEquals(List.of(), unsatisfied);
  }

  @Test
  public void shouldOfferEveryService() {
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
    assertEquals(List.of(), missing);
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
  public void shouldLendTheBuiltInExtensions() {
    assertTrue(extensions.keys(StreamType.class).containsAll(List.of("0", "1", "2", "3")));
    assertTrue(extensions.keys(DidMethod.class).containsAll(List.of("key", "pkh")));
    assertTrue(
        extensions.keys(SignatureSuite.class).containsAll(List.of("EdDSA", "ES256", "ES256K")));
    assertTrue(extensions.keys(AnchorChain.class).contains("inmemory:12345"));
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
