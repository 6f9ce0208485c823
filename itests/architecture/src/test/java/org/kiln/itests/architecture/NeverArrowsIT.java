package org.kiln.itests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.header.OSGiHeader;
import aQute.bnd.version.Version;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plan of the house: which room may know of which, and who may show something to others. */
class NeverArrowsIT {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(location -> location.contains("/org/kiln/"))
          .importJars(jars(ShippedBundles.ours()));

  /**
   * Rooms a third party could have built: of ours they see the plugin API, and the JSON Schema
   * validator, which is a library like any other. Symbolic name to root package, which differ where
   * the name is no Java word.
   */
  private static final Map<String, String> EXTENSIONS =
      Map.ofEntries(
          Map.entry("org.kiln.type.tile", "org.kiln.type.tile"),
          Map.entry("org.kiln.type.caip10", "org.kiln.type.caip10"),
          Map.entry("org.kiln.type.model", "org.kiln.type.model"),
          Map.entry("org.kiln.type.instance", "org.kiln.type.instance"),
          Map.entry("org.kiln.did.key", "org.kiln.did.key"),
          Map.entry("org.kiln.did.pkh", "org.kiln.did.pkh"),
          Map.entry("org.kiln.did.3id", "org.kiln.did.threeid"),
          Map.entry("org.kiln.store.xodus", "org.kiln.store.xodus"),
          Map.entry("org.kiln.index.postgresql", "org.kiln.index.postgresql"),
          Map.entry("org.kiln.index.sqlite", "org.kiln.index.sqlite"),
          Map.entry("org.kiln.store.memory", "org.kiln.store.memory"),
          Map.entry("org.kiln.anchor.inmemory", "org.kiln.anchor.inmemory"),
          Map.entry("org.kiln.anchor.evm", "org.kiln.anchor.evm"),
          Map.entry("org.kiln.anchor.remote", "org.kiln.anchor.remote"),
          Map.entry("org.kiln.crypto.native", "org.kiln.crypto.accp"));

  /**
   * Who may export, and why: the API, the contracts inside the node, groundwork, the wrapped store.
   */
  private static final Set<String> EXPORTERS =
      Set.of(
          "org.kiln.plugins.api",
          "org.kiln.core",
          "org.kiln.ipld",
          "org.kiln.schema",
          "org.kiln.xodus");

  private static final String[] FACES = {
    "org.kiln.flight..",
    "org.kiln.http..",
    "org.kiln.health..",
    "org.kiln.access..",
    "org.kiln.console..",
    "org.kiln.rehearsal..",
    "org.kiln.imports..",
    "org.kiln.anchor.service.."
  };

  /** Extensions have packages below some of these. */
  private static final String[] SPINE = {
    "org.kiln.did..",
    "org.kiln.events..",
    "org.kiln.feed..",
    "org.kiln.index",
    "org.kiln.index.internal",
    "org.kiln.interests..",
    "org.kiln.streams..",
    "org.kiln.tables..",
    "org.kiln.anchor",
    "org.kiln.anchor.internal"
  };

  private static List<JarFile> jars(List<Path> paths) {
    List<JarFile> jars = new ArrayList<>();
    for (Path path : paths) {
      try {
        jars.add(new JarFile(path.toFile()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return jars;
  }

  private static void hold(ArchRule rule) {
    rule.allowEmptyShould(false).check(HOUSE);
  }

  @Test
  void shouldSeeTheWholeHouse() {
    Set<String> names = new TreeSet<>();
    ShippedBundles.ours().forEach(jar -> names.add(ShippedBundles.symbolicName(jar)));
    assertThat(names).contains("org.kiln.plugins.api", "org.kiln.core", "org.kiln.streams");
    assertThat(HOUSE.size()).isGreaterThan(200);
  }

  @Test
  void rejectsAnApiThatKnowsTheHouse() {
    hold(
        classes()
            .that()
            .resideInAPackage("org.kiln.api..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("org.kiln.api..", "java..", "org.osgi.annotation.."));
  }

  @Test
  void rejectsForeignTypesInApiSignatures() {
    hold(
        methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage("org.kiln.api..")
            .should()
            .haveRawReturnType(resideInAnyPackage("org.kiln.api..", "java..", "")));
  }

  static List<String> shippedExtensions() {
    Set<String> shipped = new TreeSet<>();
    ShippedBundles.ours().forEach(jar -> shipped.add(ShippedBundles.symbolicName(jar)));
    return EXTENSIONS.entrySet().stream()
        .filter(entry -> shipped.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("shippedExtensions")
  void rejectsAnExtensionThatKnowsMoreThanTheApi(String extension) {
    hold(
        noClasses()
            .that()
            .resideInAPackage(extension + "..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("org.kiln..")
                    .and(
                        not(
                            resideInAnyPackage(
                                "org.kiln.api..",
                                "org.kiln.schema..",
                                "org.kiln.kit..",
                                extension + "..")))));
  }

  /**
   * They are packed into extensions, and into plugins of others: nothing of the house goes along.
   */
  @Test
  void rejectsAKitThatKnowsMoreThanTheApi() {
    hold(
        noClasses()
            .that()
            .resideInAPackage("org.kiln.kit..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("org.kiln..")
                    .and(not(resideInAnyPackage("org.kiln.api..", "org.kiln.kit..")))));
  }

  @Test
  void rejectsAKitThatIsShared() {
    List<String> sharing = new ArrayList<>();
    for (Path jar : ShippedBundles.ours()) {
      if ((ShippedBundles.header(jar, "Import-Package")
              + ShippedBundles.header(jar, "Export-Package"))
          .contains("org.kiln.kit")) {
        sharing.add(ShippedBundles.symbolicName(jar));
      }
      assertThat(ShippedBundles.symbolicName(jar)).doesNotContain(".kit");
    }
    assertThat(sharing).as("a kit goes into each bundle, as part of it").isEmpty();
  }

  @Test
  void shouldListEveryExtensionThatShips() {
    // A new room of these kinds must be on the list above; the anchor service is a face.
    List<String> unlisted = new ArrayList<>();
    for (Path jar : ShippedBundles.ours()) {
      String name = ShippedBundles.symbolicName(jar);
      if (name.matches("org\\.kiln\\.(type|did|store|index|anchor|crypto)\\..+")
          && !name.equals("org.kiln.anchor.service")
          && !EXTENSIONS.containsKey(name)) {
        unlisted.add(name);
      }
    }
    assertThat(unlisted).isEmpty();
  }

  @Test
  void rejectsGroundworkThatKnowsTheSpine() {
    hold(
        noClasses()
            .that()
            .resideInAnyPackage("org.kiln.ipld..", "org.kiln.core..", "org.kiln.schema..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("org.kiln..")
                    .and(
                        not(
                            resideInAnyPackage(
                                "org.kiln.api..",
                                "org.kiln.kit..",
                                "org.kiln.ipld..",
                                "org.kiln.core..",
                                "org.kiln.schema..",
                                "org.kiln.launch")))));
  }

  /**
   * Launcher and bundles speak through {@code org.kiln.launch}: properties have no type, no owner,
   * and are read by whoever likes.
   */
  @Test
  void rejectsPropertiesOfTheProcess() {
    hold(
        noClasses()
            .that(
                not(
                    // they ask which operating system this is, or tell a driver what it reads so
                    // only
                    nameMatching(
                        "org\\.kiln\\.(store\\.xodus\\.XodusEnvironment"
                            + "|net\\.mdns\\.Multicast"
                            + "|index\\.sqlite\\.NativePlace)(\\$.*)?")))
            .should()
            .callMethodWhere(
                target(owner(assignableTo(System.class)))
                    .and(target(nameMatching("(get|set|clear)Propert(y|ies)"))))
            .orShould()
            .callMethod(Boolean.class, "getBoolean", String.class)
            .orShould()
            .callMethodWhere(
                target(owner(assignableTo(Number.class)))
                    .and(target(nameMatching("getInteger|getLong"))))
            .orShould()
            .callMethodWhere(
                target(owner(assignableTo("org.osgi.framework.BundleContext")))
                    .and(target(name("getProperty")))));
  }

  @Test
  void rejectsOtherClassesOfTheLauncher() {
    hold(noClasses().should().dependOnClassesThat(resideInAPackage("org.kiln.launcher..")));
  }

  @Test
  void rejectsAFaceThatKnowsAStore() {
    hold(
        noClasses()
            .that()
            .resideInAnyPackage(FACES)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "org.kiln.api.store..",
                        "org.kiln.store..",
                        "org.kiln.events..",
                        "jetbrains.exodus..")
                    // A face may tell a client that the disk is full.
                    .and(not(nameMatching("org\\.kiln\\.api\\.store\\.StoreException.*")))));
  }

  @Test
  void rejectsASpineThatKnowsTheFaces() {
    hold(
        noClasses()
            .that()
            .resideInAnyPackage(SPINE)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(FACES).or(resideInAPackage("jakarta.servlet.."))));
  }

  @Test
  void rejectsWaitingWithoutABoundInTheSpine() {
    hold(
        noClasses()
            .that()
            .resideInAnyPackage(SPINE)
            .should()
            .accessField("org.kiln.api.plugin.Deadline", "NONE")
            .because("whatever the node does is over some time"));
  }

  @Test
  void rejectsXodusOutsideItsRoom() {
    hold(
        noClasses()
            .that(not(resideInAnyPackage("org.kiln.store.xodus..")))
            .should()
            .dependOnClassesThat(resideInAPackage("jetbrains.exodus..")));
  }

  @Test
  void rejectsServletsOutsideTheGateway() {
    hold(
        noClasses()
            .that(
                not(
                    resideInAnyPackage(
                        "org.kiln.http",
                        "org.kiln.http.internal",
                        // the door of Felix's Web Console, which is made of servlets
                        "org.kiln.console.system")))
            .should()
            .dependOnClassesThat(resideInAPackage("jakarta.servlet..")));
  }

  @Test
  void rejectsTheStandardStreams() {
    hold(
        noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("bundles speak through the log"));
  }

  @Test
  void rejectsExportsOutsideTheContracts() {
    List<String> others = new ArrayList<>();
    for (Path jar : ShippedBundles.ours()) {
      String exports = ShippedBundles.header(jar, "Export-Package");
      if (!exports.isEmpty() && !EXPORTERS.contains(ShippedBundles.symbolicName(jar))) {
        others.add(ShippedBundles.symbolicName(jar) + ": " + exports);
      }
      assertThat(exports).as(jar.toString()).doesNotContain("internal");
    }
    assertThat(others).isEmpty();
  }

  /** A micro version of the API adds, a minor one breaks: below and above that nothing is known. */
  @Test
  void rejectsImportsOfTheApiWithAnotherRange() {
    List<Path> jars = ShippedBundles.ours();
    Map<String, String> wanted = new TreeMap<>();
    for (Path jar : jars) {
      OSGiHeader.parseHeader(ShippedBundles.header(jar, "Export-Package"))
          .forEach(
              (name, attributes) -> {
                if (name.startsWith("org.kiln.api.")) {
                  Version offered = Version.parseVersion(attributes.getVersion());
                  wanted.put(
                      name,
                      "[%s,%d.%d)".formatted(offered, offered.getMajor(), offered.getMinor() + 1));
                }
              });
    }
    assertThat(wanted).containsKeys("org.kiln.api.stream", "org.kiln.api.http");
    for (Path jar : jars) {
      OSGiHeader.parseHeader(ShippedBundles.header(jar, "Import-Package"))
          .forEach(
              (name, attributes) -> {
                if (name.startsWith("org.kiln.api.")) {
                  assertThat(attributes.getVersion())
                      .as("%s imports %s", jar.getFileName(), name)
                      .isEqualTo(wanted.get(name));
                }
              });
    }
  }
}
