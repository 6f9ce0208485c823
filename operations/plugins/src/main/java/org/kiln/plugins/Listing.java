package org.kiln.plugins;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.core.guard.PluginCalls;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.stream.StreamCensus;
import org.osgi.framework.Bundle;

/** Describes the node's bundles and plugins as JSON. */
final class Listing {
  private final Bundles bundles;
  private final PluginDirectory shelf;
  private final Shipped shipped;
  private final Offers offers;
  private final Gate gate;
  private final PluginGuards guards;
  private final Dependants dependants;

  Listing(
      Bundles bundles,
      PluginDirectory shelf,
      Shipped shipped,
      Offers offers,
      Gate gate,
      PluginGuards guards,
      Dependants dependants) {
    this.bundles = bundles;
    this.shelf = shelf;
    this.shipped = shipped;
    this.offers = offers;
    this.gate = gate;
    this.guards = guards;
    this.dependants = dependants;
  }

  /**
   * Bundles by name.
   *
   * @param all also the libraries of the platform
   */
  Ipld list(boolean all) {
    List<Bundle> chosen = new ArrayList<>();
    for (Bundle bundle : bundles.all()) {
      boolean library = Bundles.shipped(bundle) && !name(bundle).startsWith("org.kiln.");
      if (bundle.getSymbolicName() != null && (all || !library)) {
        chosen.add(bundle);
      }
    }
    chosen.sort(java.util.Comparator.comparing(Listing::name));
    Optional<StreamCensus.Count> count = dependants.count();
    List<Ipld> described = new ArrayList<>();
    chosen.forEach(bundle -> described.add(describe(bundle, count)));
    return new Ipld.List(described);
  }

  /** One of them. */
  Optional<Ipld> one(String name) {
    return bundles.find(name).map(bundle -> describe(bundle, dependants.count()));
  }

  private static String name(Bundle bundle) {
    return String.valueOf(bundle.getSymbolicName());
  }

  private Ipld describe(Bundle bundle, Optional<StreamCensus.Count> count) {
    String name = name(bundle);
    Optional<Record> record = shelf.find(name);
    Optional<String> fixed = shipped.fixed(name);
    Ipld.Map.Builder json =
        Ipld.Map.builder()
            .with("name", Ipld.of(name))
            .with("title", text(bundle.getHeaders("").get("Bundle-Name")))
            .with("description", text(bundle.getHeaders("").get("Bundle-Description")))
            .with("version", Ipld.of(bundle.getVersion().toString()))
            .with("origin", Ipld.of(origin(bundle, record)))
            .with("state", Ipld.of(state(bundle, record)))
            .with("swappable", Ipld.of(fixed.isEmpty()))
            .with("whyNot", fixed.<Ipld>map(Ipld::of).orElse(Ipld.NULL))
            .with(
                "replaced",
                Ipld.of(record.filter(r -> r.shipped() && r.current().isPresent()).isPresent()))
            .with(
                "sha256",
                record
                    .flatMap(Record::current)
                    .map(Record.Kept::sha256)
                    .or(() -> Optional.of(shipped.sha256(name)).filter(hash -> !hash.isEmpty()))
                    .<Ipld>map(Ipld::of)
                    .orElse(Ipld.NULL));
    serves(bundle, count, json);
    List<Ipld> kept = new ArrayList<>();
    record.ifPresent(r -> r.kept().forEach(jar -> kept.add(jar.json())));
    json.with("canRollBackTo", new Ipld.List(kept))
        .with("uses", texts(Bundles.providers(bundle)))
        .with("usedBy", texts(Bundles.users(bundle)));
    wellness(bundle, name, json);
    return json.build();
  }

  private void serves(Bundle bundle, Optional<StreamCensus.Count> count, Ipld.Map.Builder json) {
    SortedSet<Offer> served =
        bundle.getState() == Bundle.ACTIVE ? offers.of(bundle) : new TreeSet<>();
    List<Ipld> list = new ArrayList<>();
    long most = 0;
    for (Offer offer : served) {
      Optional<Long> streams = count.flatMap(numbers -> Dependants.of(numbers, offer));
      most = Math.max(most, streams.orElse(0L));
      list.add(
          Ipld.map(
              "kind", Ipld.of(offer.kind()),
              "key", Ipld.of(offer.key()),
              "streams", streams.<Ipld>map(Ipld::of).orElse(Ipld.NULL)));
    }
    json.with("serves", new Ipld.List(list))
        .with("streams", Ipld.of(most))
        .with("streamsComplete", Ipld.of(count.map(StreamCensus.Count::complete).orElse(false)));
  }

  private void wellness(Bundle bundle, String name, Ipld.Map.Builder json) {
    PluginHealth.Health health =
        bundle.getState() == Bundle.ACTIVE
            ? gate.ask(bundle)
            : new PluginHealth.Health(PluginHealth.Level.UP, "");
    Optional<PluginCalls> calls = guards.calls(bundle);
    String problem =
        bundles.stuck(name)
            ? "Its code for starting or stopping hangs; restart the node to be rid of it."
            : calls
                .flatMap(Listing::problem)
                .or(() -> bundles.unfit(bundle))
                .or(() -> gate.trouble(bundle))
                .orElse("");
    json.with("health", Ipld.of(health.level().name()))
        .with("healthMessage", Ipld.of(health.message()))
        .with("calls", calls.<Ipld>map(Listing::describe).orElse(Ipld.NULL))
        .with("problem", problem.isEmpty() ? Ipld.NULL : Ipld.of(problem));
  }

  private static Ipld describe(PluginCalls calls) {
    return Ipld.map(
        "running", Ipld.of(calls.running()),
        "waiting", Ipld.of(calls.waiting()),
        "overdue", Ipld.of(calls.overdue()),
        "cutOff", Ipld.of(calls.cutOff()),
        "overdueThreads", texts(calls.stacks()));
  }

  private static Optional<String> problem(PluginCalls calls) {
    if (calls.overdue() == 0) {
      return Optional.empty();
    }
    String sentence =
        calls.overdue()
            + (calls.overdue() == 1 ? " call of it does" : " calls of it do")
            + " not come back ("
            + String.join("; ", calls.stacks())
            + ")";
    return Optional.of(
        calls.cutOff()
            ? sentence + ": it is not called until they do, or it is stopped and started."
            : sentence + ".");
  }

  private static String origin(Bundle bundle, Optional<Record> record) {
    if (Bundles.shipped(bundle)) {
      return "node";
    }
    return record.filter(Record::dropIn).isPresent() ? "drop-in" : "installed";
  }

  private static String state(Bundle bundle, Optional<Record> record) {
    boolean fragment = bundle.getHeaders("").get("Fragment-Host") != null;
    return switch (bundle.getState()) {
      case Bundle.ACTIVE -> "running";
      case Bundle.STARTING -> "starting";
      case Bundle.STOPPING -> "stopping";
      case Bundle.RESOLVED, Bundle.INSTALLED ->
          fragment ? "running" : record.map(Record::running).orElse(false) ? "failed" : "stopped";
      default -> "gone";
    };
  }

  private static Ipld text(String text) {
    return text == null ? Ipld.NULL : Ipld.of(text);
  }

  private static Ipld texts(Collection<String> texts) {
    return new Ipld.List(texts.stream().<Ipld>map(Ipld::of).toList());
  }
}
