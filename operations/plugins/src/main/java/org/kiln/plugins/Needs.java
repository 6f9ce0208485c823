package org.kiln.plugins;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/** Finds out, without touching what runs, whether a jar would find all it needs. */
final class Needs {
  private static final Pattern PACKAGE = Pattern.compile("osgi\\.wiring\\.package=([^)]+)\\)");
  private static final Pattern AT_LEAST = Pattern.compile("version>=([^)]+)\\)");
  private static final Pattern JAVA = Pattern.compile("osgi\\.ee=JavaSE\\).*version=([0-9.]+)\\)");

  private final BundleContext context;
  private final AtomicInteger probes = new AtomicInteger();

  Needs(BundleContext context) {
    this.context = context;
  }

  /** What is missing, as sentences; empty when it would resolve. */
  List<String> missing(Jar jar) throws IOException {
    String name = "org.kiln.plugins.probe." + probes.incrementAndGet();
    Bundle probe;
    try {
      probe = context.installBundle("probe:" + name, new ByteArrayInputStream(jar.probe(name)));
    } catch (BundleException e) {
      return List.of("Its manifest is wrong: " + e.getMessage());
    }
    try {
      FrameworkWiring wiring =
          context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
      List<String> missing = new ArrayList<>();
      BundleRevision revision = probe.adapt(BundleRevision.class);
      for (BundleRequirement need : revision.getDeclaredRequirements(null)) {
        if (mandatory(need) && (unmet(wiring, revision, need) || builtForAnother(need))) {
          missing.add(sentence(need));
        }
      }
      if (missing.isEmpty() && !wiring.resolveBundles(List.of(probe))) {
        missing.add(
            "Its imports can be had one by one but not together (two versions of one package);"
                + " build it against the versions this node has.");
      }
      return missing;
    } finally {
      try {
        probe.uninstall();
      } catch (BundleException | IllegalStateException e) {
        throw new IOException("The probe " + name + " stays: " + e.getMessage(), e);
      }
    }
  }

  private static boolean mandatory(BundleRequirement need) {
    Map<String, String> directives = need.getDirectives();
    return !"optional".equals(directives.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
        && !"active".equals(directives.get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE));
  }

  private static boolean unmet(
      FrameworkWiring wiring, BundleRevision self, BundleRequirement need) {
    for (BundleCapability own : self.getDeclaredCapabilities(need.getNamespace())) {
      if (need.matches(own)) {
        return false;
      }
    }
    Collection<BundleCapability> found = wiring.findProviders(need);
    return found.isEmpty();
  }

  /**
   * Whether it was built for another API before 1.0, when a minor version may break plugins. bnd's
   * own ranges would let such a plugin in: built against 0.9 it asks for {@code [0.9,1)}.
   */
  private boolean builtForAnother(BundleRequirement need) {
    String filter = String.valueOf(need.getDirectives().get("filter"));
    Matcher named = PACKAGE.matcher(filter);
    Matcher least = AT_LEAST.matcher(filter);
    if (!need.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE)
        || !named.find()
        || !named.group(1).startsWith("org.kiln.api.")
        || !least.find()) {
      return false;
    }
    Version wanted = Version.parseVersion(least.group(1));
    return offered(named.group(1)).stream()
        .map(Version::parseVersion)
        .noneMatch(offer -> offer.getMajor() > 0 || sameMinor(offer, wanted));
  }

  private static boolean sameMinor(Version one, Version other) {
    return one.getMajor() == other.getMajor() && one.getMinor() == other.getMinor();
  }

  private String sentence(BundleRequirement need) {
    String filter = String.valueOf(need.getDirectives().get("filter"));
    Matcher named = PACKAGE.matcher(filter);
    if (need.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE) && named.find()) {
      return missingPackage(named.group(1), filter);
    }
    Matcher java = JAVA.matcher(filter);
    if (need.getNamespace().equals("osgi.ee") && java.find()) {
      return "It needs Java "
          + java.group(1)
          + ", and this node runs on "
          + Runtime.version().feature()
          + ". Run the node on a newer Java, or build the plugin for this one.";
    }
    return "It needs " + need.getNamespace() + " " + filter + ", which nothing here offers.";
  }

  private String missingPackage(String name, String filter) {
    Matcher least = AT_LEAST.matcher(filter);
    String wanted = least.find() ? " " + Version.parseVersion(least.group(1)) : "";
    List<String> offered = offered(name);
    if (name.startsWith("org.kiln.api.") && !offered.isEmpty()) {
      return "It was built for "
          + name
          + wanted
          + ", and this node offers "
          + String.join(", ", offered)
          + ". Take the plugin's version for this node, or upgrade the node.";
    }
    return offered.isEmpty()
        ? "It needs the package "
            + name
            + wanted
            + ", which nothing here offers. Install the plugin that exports it first, or pack the"
            + " library into this one."
        : "It needs the package "
            + name
            + wanted
            + ", and only "
            + String.join(", ", offered)
            + " is here. Pack the version it needs into the plugin.";
  }

  private List<String> offered(String name) {
    List<String> versions = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      BundleRevision revision = bundle.adapt(BundleRevision.class);
      if (revision == null) {
        continue;
      }
      for (BundleCapability capability :
          revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
        if (name.equals(capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))) {
          versions.add(String.valueOf(capability.getAttributes().get("version")));
        }
      }
    }
    return versions.stream().distinct().toList();
  }
}
