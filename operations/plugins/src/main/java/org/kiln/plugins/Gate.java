package org.kiln.plugins;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.guard.PluginUnavailableException;
import org.kiln.plugins.PluginException.Reason;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * Watches a bundle that was just started until it is well: its components are active, it serves
 * what it must, its own health check agrees, and it takes nothing from others.
 */
final class Gate {
  /** Expected of a bundle that may serve whatever it likes. */
  static final SortedSet<Offer> ANYTHING = Collections.emptySortedSet();

  private static final long HEALTH_MS = 5_000;

  /** Callers wait meanwhile: what is active by then and serves less than it must never will. */
  private static final long SETTLED_MS = 3_000;

  private static final long TURN_MS = 20;

  private final BundleContext context;
  private final ServiceComponentRuntime components;
  private final PluginGuards guards;
  private final Offers offers;
  private final long patienceMs;

  /** A bundle has that many milliseconds to be well. */
  Gate(
      BundleContext context,
      ServiceComponentRuntime components,
      PluginGuards guards,
      Offers offers,
      long patienceMs) {
    this.context = context;
    this.components = components;
    this.guards = guards;
    this.offers = offers;
    this.patienceMs = patienceMs;
  }

  /**
   * Waits until the bundle is well.
   *
   * @param expected what it must serve; empty when anything will do
   * @throws PluginException FAILED with the reason when it is not well in time
   */
  void pass(Bundle bundle, SortedSet<Offer> expected) throws PluginException {
    Deadline deadline = Deadline.in(Duration.ofMillis(patienceMs));
    Deadline settled = Deadline.in(Duration.ofMillis(Math.min(SETTLED_MS, patienceMs)));
    while (true) {
      String waitingFor = waitingFor(bundle, expected);
      if (waitingFor == null) {
        refuseClash(bundle);
        refuseUnwell(bundle);
        return;
      }
      if (deadline.expired()
          || settled.expired()
              && bundle.getState() == Bundle.ACTIVE
              && waitingComponent(bundle) == null) {
        throw failed(waitingFor);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(TURN_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failed("The check was interrupted.");
      }
    }
  }

  /** What it still lacks, as a sentence, or null. */
  private String waitingFor(Bundle bundle, SortedSet<Offer> expected) throws PluginException {
    if (bundle.getState() != Bundle.ACTIVE) {
      return bundle.getSymbolicName() + " is not active.";
    }
    // Services are asked for: components are made only when somebody wants them.
    for (ServiceReference<?> reference : Offers.references(bundle)) {
      wake(bundle, reference);
    }
    String waiting = waitingComponent(bundle);
    if (waiting != null) {
      return waiting;
    }
    SortedSet<Offer> now = offers.of(bundle);
    SortedSet<Offer> lacking = new TreeSet<>(expected);
    lacking.removeAll(now);
    if (!lacking.isEmpty()) {
      return lost(lacking.first());
    }
    return now.isEmpty() && health(bundle).isEmpty()
        ? "It registers no service the node knows: no stream type, DID method, chain, route or"
            + " protocol. Does its class have the @Component annotation?"
        : null;
  }

  /** That a new version lacks what the one before served. */
  static String lost(Offer offer) {
    return "It does not serve "
        + offer.words()
        + " any more. If that is meant, upgrade with --drop (?drop=true).";
  }

  private void wake(Bundle bundle, ServiceReference<?> reference) throws PluginException {
    try {
      guards.call(
          bundle,
          "making " + String.join(", ", (String[]) reference.getProperty("objectClass")),
          Deadline.in(Duration.ofMillis(patienceMs)),
          () -> context.getService(reference) != null && context.ungetService(reference));
    } catch (PluginUnavailableException e) {
      throw failed(e.getMessage());
    }
  }

  private String waitingComponent(Bundle bundle) throws PluginException {
    for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs(bundle)) {
      for (ComponentConfigurationDTO configuration :
          components.getComponentConfigurationDTOs(description)) {
        if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
          throw failed(
              "Its component " + description.name + " failed: " + firstLine(configuration.failure));
        }
        if (configuration.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
          return "Its component "
              + description.name
              + " waits for "
              + wanted(description, configuration)
              + ", which nobody offers.";
        }
      }
    }
    return null;
  }

  private static String wanted(
      ComponentDescriptionDTO description, ComponentConfigurationDTO configuration) {
    List<String> wanted = new ArrayList<>();
    for (UnsatisfiedReferenceDTO unsatisfied : configuration.unsatisfiedReferences) {
      for (var reference : description.references) {
        if (reference.name.equals(unsatisfied.name)) {
          wanted.add(reference.interfaceName);
        }
      }
    }
    return "the service " + String.join(" and ", wanted);
  }

  private static String firstLine(String failure) {
    if (failure == null) {
      return "its constructor threw an exception.";
    }
    List<String> lines = failure.lines().toList();
    // The innermost cause says most.
    return lines.stream()
        .filter(line -> line.startsWith("Caused by: "))
        .reduce((first, second) -> second)
        .map(line -> line.substring("Caused by: ".length()))
        .orElse(lines.isEmpty() ? "" : lines.get(0));
  }

  private void refuseClash(Bundle bundle) throws PluginException {
    String clash =
        offers.clash(offers.of(bundle), bundle.getSymbolicName(), Bundles.shipped(bundle));
    if (clash != null) {
      throw failed(clash);
    }
  }

  private static List<ServiceReference<?>> health(Bundle bundle) {
    List<ServiceReference<?>> found = new ArrayList<>();
    ServiceReference<?>[] all = bundle.getRegisteredServices();
    if (all != null) {
      for (ServiceReference<?> reference : all) {
        if (List.of((String[]) reference.getProperty("objectClass"))
            .contains(PluginHealth.class.getName())) {
          found.add(reference);
        }
      }
    }
    return found;
  }

  private void refuseUnwell(Bundle bundle) throws PluginException {
    PluginHealth.Health health = ask(bundle);
    if (health.level() == PluginHealth.Level.DOWN) {
      throw failed("Its own health check says: " + health.message());
    }
  }

  /** What the bundle says of itself: the worst of its checks, UP when it has none. */
  PluginHealth.Health ask(Bundle bundle) {
    PluginHealth.Health worst = new PluginHealth.Health(PluginHealth.Level.UP, "");
    for (ServiceReference<?> reference : health(bundle)) {
      PluginHealth.Health health = ask(bundle, reference);
      if (health.level().compareTo(worst.level()) > 0) {
        worst = health;
      }
    }
    return worst;
  }

  private PluginHealth.Health ask(Bundle bundle, ServiceReference<?> reference) {
    Deadline deadline = Deadline.in(Duration.ofMillis(HEALTH_MS));
    try {
      return guards.call(
          bundle,
          "PluginHealth.check",
          deadline,
          () -> {
            Object service = context.getService(reference);
            try {
              PluginHealth.Health answer =
                  service instanceof PluginHealth health ? health.check(deadline) : null;
              return answer == null || answer.level() == null
                  ? down("it cannot be had")
                  : new PluginHealth.Health(answer.level(), String.valueOf(answer.message()));
            } finally {
              context.ungetService(reference);
            }
          });
    } catch (PluginUnavailableException e) {
      return down(e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      return down(Bundles.rootSentence(e));
    }
  }

  private static PluginHealth.Health down(String message) {
    return new PluginHealth.Health(PluginHealth.Level.DOWN, message);
  }

  /** What is wrong with a bundle's components now, for the list of plugins. */
  Optional<String> trouble(Bundle bundle) {
    try {
      return bundle.getState() == Bundle.ACTIVE
          ? Optional.ofNullable(waitingComponent(bundle))
          : Optional.empty();
    } catch (PluginException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static PluginException failed(String sentence) {
    return new PluginException(Reason.FAILED, sentence);
  }
}
