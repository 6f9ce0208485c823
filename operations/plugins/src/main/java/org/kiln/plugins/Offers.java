package org.kiln.plugins;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.guard.PluginUnavailableException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * What bundles serve, by the services they have registered. Answers are texts: nothing of a plugin
 * is held on to, so that its classes can go.
 */
final class Offers {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final BundleContext context;
  private final PluginGuards guards;

  Offers(BundleContext context, PluginGuards guards) {
    this.context = context;
    this.guards = guards;
  }

  /** What that bundle serves now. */
  SortedSet<Offer> of(Bundle bundle) {
    SortedSet<Offer> offers = new TreeSet<>();
    for (ServiceReference<?> reference : references(bundle)) {
      offers.addAll(of(reference));
    }
    return offers;
  }

  private List<Offer> of(ServiceReference<?> reference) {
    List<Offer> offers = new ArrayList<>();
    for (Spi spi : Spi.of((String[]) reference.getProperty(Constants.OBJECTCLASS))) {
      List<String> keys = Spi.keys(reference.getProperty(spi.property()));
      if (keys.isEmpty()) {
        keys = ask(reference, spi);
      }
      keys.forEach(key -> offers.add(new Offer(spi.kind(), key)));
    }
    return offers;
  }

  private List<String> ask(ServiceReference<?> reference, Spi spi) {
    Bundle bundle = reference.getBundle();
    if (bundle == null) {
      return List.of();
    }
    try {
      return guards.call(
          bundle,
          "the keys of a " + spi.kind(),
          Deadline.in(PATIENCE),
          () -> {
            Object service = context.getService(reference);
            try {
              return service == null ? List.of() : List.copyOf(spi.keys().apply(service));
            } finally {
              context.ungetService(reference);
            }
          });
    } catch (PluginUnavailableException | RuntimeException e) {
      return List.of();
    }
  }

  /** The services of a bundle that the node has a use for. */
  static List<ServiceReference<?>> references(Bundle bundle) {
    ServiceReference<?>[] registered;
    try {
      registered = bundle.getRegisteredServices();
    } catch (IllegalStateException e) {
      return List.of();
    }
    List<ServiceReference<?>> found = new ArrayList<>();
    if (registered != null) {
      for (ServiceReference<?> reference : registered) {
        if (!Spi.of((String[]) reference.getProperty(Constants.OBJECTCLASS)).isEmpty()) {
          found.add(reference);
        }
      }
    }
    return found;
  }

  /** Who but that bundle serves one of these; a sentence about the first, or null. */
  String clash(SortedSet<Offer> offers, String symbolicName, boolean ours) {
    for (Offer offer : offers) {
      if (!ours && offer.kind().equals(Offer.ROUTE)) {
        String path = offer.key().substring(offer.key().indexOf(' ') + 1);
        for (String reserved : List.of("/api/v0", "/ceramic", "/admin", "/console")) {
          if (path.equals(reserved) || path.startsWith(reserved + "/")) {
            return "It serves the route "
                + offer.key()
                + ", but paths under "
                + reserved
                + " are the node's own. Give it another path.";
          }
        }
      }
    }
    for (Bundle other : context.getBundles()) {
      if (symbolicName.equals(other.getSymbolicName()) || other.getState() != Bundle.ACTIVE) {
        continue;
      }
      for (Offer theirs : of(other)) {
        for (Offer offer : offers) {
          if (same(offer, theirs)) {
            return "It serves "
                + offer.words()
                + ", which "
                + other.getSymbolicName()
                + " serves already. Stop that one first, or give this one another key.";
          }
        }
      }
    }
    return null;
  }

  /** Routes are the same whatever their variables are called. Proofs may be checked by several. */
  private static boolean same(Offer a, Offer b) {
    return a.kind().equals(b.kind())
        && !a.kind().equals(Offer.PROOFS)
        && !a.kind().equals(Offer.SIGNATURES)
        && a.key().replaceAll("\\{[^/}]*}", "{}").equals(b.key().replaceAll("\\{[^/}]*}", "{}"));
  }
}
