package org.kiln.plugins;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/** Finds out, without touching what runs, whether a jar would find all it needs. */
final class Needs {
  private static final Pattern JAVA = Pattern.compile("osgi\\.ee=JavaSE\\).*version=([0-9.]+)\\)");

  private final BundleContext context;
  private final ApiVersions api;
  private final AtomicInteger probes = new AtomicInteger();

  Needs(BundleContext context, ApiVersions api) {
    this.context = context;
    this.api = api;
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
        Optional<String> objection = api.objection(need);
        if (objection.isPresent()) {
          missing.add(objection.get());
        } else if (mandatory(need) && unmet(wiring, revision, need)) {
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
    return !ApiVersions.optional(need)
        && !"active".equals(need.getDirectives().get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE));
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

  private String sentence(BundleRequirement need) {
    String filter = String.valueOf(need.getDirectives().get("filter"));
    Optional<String> imported = ApiVersions.packageOf(need);
    if (imported.isPresent()) {
      return missingPackage(imported.get(), need);
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

  private String missingPackage(String name, BundleRequirement need) {
    String wanted = ApiVersions.atLeast(need).map(version -> " " + version).orElse("");
    List<BundleCapability> offered = ApiVersions.offered(context, name);
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
            + ApiVersions.versions(offered)
            + " is here. Pack the version it needs into the plugin.";
  }
}
