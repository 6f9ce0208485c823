package org.kiln.plugins;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.resource.Namespace;

/**
 * Whether a bundle was built for the API that is here. Before 1.0 a minor version may break
 * plugins, and the framework would not mind: bnd's own range of one built against 0.9 is {@code
 * [0.9,1)}, and an import without a version takes any. Thread-safe.
 */
final class ApiVersions {
  private static final String API = "org.kiln.api.";
  private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)");
  private static final Pattern AT_LEAST = Pattern.compile("\\(version>=([^)]+)\\)");

  private final BundleContext context;

  ApiVersions(BundleContext context) {
    this.context = context;
  }

  /** What speaks against running a bundle with this API, as a sentence; empty when nothing does. */
  Optional<String> objection(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision == null
        ? Optional.empty()
        : revision.getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE).stream()
            .flatMap(need -> objection(need).stream())
            .findFirst();
  }

  /**
   * What speaks against one import. That nobody offers the package at all, or that an optional
   * import stays open, is no matter of this.
   */
  Optional<String> objection(BundleRequirement need) {
    String name = packageOf(need).filter(imported -> imported.startsWith(API)).orElse("");
    List<BundleCapability> offered = name.isEmpty() ? List.of() : offered(context, name);
    if (offered.isEmpty()) {
      return Optional.empty();
    }
    List<Version> fitting =
        offered.stream().filter(need::matches).map(ApiVersions::versionOf).toList();
    if (fitting.isEmpty()) {
      return optional(need) ? Optional.empty() : Optional.of(another(name, need, offered));
    }
    if (fitting.stream().anyMatch(version -> version.getMajor() > 0)) {
      return Optional.empty();
    }
    Optional<Version> wanted = atLeast(need);
    if (wanted.isEmpty()) {
      return Optional.of(
          "It imports "
              + name
              + " without a version, so nobody can say which API it was built for; this node offers"
              + " "
              + versions(offered)
              + ". Let bnd write the version, as the plugin archetype does.");
    }
    return fitting.stream().anyMatch(version -> sameMinor(version, wanted.get()))
        ? Optional.empty()
        : Optional.of(another(name, need, offered));
  }

  private static String another(
      String name, BundleRequirement need, List<BundleCapability> offered) {
    return "It was built for "
        + name
        + atLeast(need).map(version -> " " + version).orElse("")
        + ", and this node offers "
        + versions(offered)
        + ". Take the plugin's version for this node, or upgrade the node.";
  }

  private static boolean sameMinor(Version one, Version other) {
    return one.getMajor() == other.getMajor() && one.getMinor() == other.getMinor();
  }

  /** Whether a bundle does without what nobody offers. */
  static boolean optional(BundleRequirement need) {
    return "optional".equals(need.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE));
  }

  /** The package that is imported; empty for a requirement of another kind. */
  static Optional<String> packageOf(BundleRequirement need) {
    return need.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE)
        ? found(PACKAGE, need)
        : Optional.empty();
  }

  /** The lowest version that will do; not that of an exporting bundle, which has its own name. */
  static Optional<Version> atLeast(BundleRequirement need) {
    return found(AT_LEAST, need).map(Version::parseVersion);
  }

  private static Optional<String> found(Pattern pattern, BundleRequirement need) {
    Matcher matcher = pattern.matcher(String.valueOf(need.getDirectives().get("filter")));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The versions of a package that bundles here export. */
  static List<BundleCapability> offered(BundleContext context, String name) {
    List<BundleCapability> offered = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      BundleRevision revision = bundle.adapt(BundleRevision.class);
      if (revision != null) {
        revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
            .filter(c -> name.equals(c.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)))
            .forEach(offered::add);
      }
    }
    return offered;
  }

  private static Version versionOf(BundleCapability capability) {
    return Version.parseVersion(String.valueOf(capability.getAttributes().get("version")));
  }

  /** For a sentence. */
  static String versions(List<BundleCapability> offered) {
    return String.join(
        ", ", offered.stream().map(c -> versionOf(c).toString()).distinct().toList());
  }
}
