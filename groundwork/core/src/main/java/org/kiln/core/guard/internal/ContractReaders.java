package org.kiln.core.guard.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.guard.PluginGuards.Guarded;
import org.kiln.core.guard.PluginUnavailableException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The one reader of contracts that everybody finds: it ranks above all others, and asks the best of
 * them, behind its plugin's guard. Whoever takes the service of the highest ranking, as the
 * interface says, can so be held up by no plugin.
 */
@Component(
    service = ContractReader.class,
    property = {
      Constants.SERVICE_RANKING + ":Integer=" + Integer.MAX_VALUE,
      ContractReaders.FRONT + ":Boolean=true"
    })
public final class ContractReaders implements ContractReader {
  static final String FRONT = "kiln.front";

  private final PluginGuards guards;
  private final Map<ContractReader, Ranked> known = new IdentityHashMap<>();
  private volatile Optional<ContractReader> best = Optional.empty();

  private record Ranked(Guarded<ContractReader> behind, Map<String, Object> properties) {}

  /** Behind those guards. */
  @Activate
  public ContractReaders(@Reference PluginGuards guards) {
    this.guards = guards;
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      target = "(!(" + FRONT + "=*))")
  void bindReader(ContractReader reader, Map<String, Object> properties) {
    try {
      Guarded<ContractReader> behind = guards.guard(ContractReader.class, reader, properties);
      synchronized (known) {
        known.put(reader, new Ranked(behind, properties));
        choose();
      }
    } catch (PluginUnavailableException e) {
      throw new IllegalStateException(e); // a reader has no constants to ask for
    }
  }

  void unbindReader(ContractReader reader) {
    Ranked gone;
    synchronized (known) {
      gone = known.remove(reader);
      choose();
    }
    if (gone != null) {
      gone.behind().leave();
    }
  }

  private void choose() {
    List<Ranked> all = new ArrayList<>(known.values());
    all.sort(Comparator.comparing(Ranked::properties, ContractReaders::compare));
    best = all.isEmpty() ? Optional.empty() : Optional.of(all.get(0).behind().service());
  }

  /** The higher ranking first, then the older service. */
  private static int compare(Map<String, Object> a, Map<String, Object> b) {
    int byRanking = Integer.compare(ranking(b), ranking(a));
    return byRanking != 0 ? byRanking : Long.compare(id(a), id(b));
  }

  private static int ranking(Map<String, Object> properties) {
    return properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
  }

  private static long id(Map<String, Object> properties) {
    return properties.get(Constants.SERVICE_ID) instanceof Long id ? id : Long.MAX_VALUE;
  }

  @Override
  public Optional<byte[]> call(String chain, String contract, byte[] data, Deadline deadline)
      throws IOException {
    Optional<ContractReader> reader = best;
    if (reader.isEmpty()) {
      throw new IOException("nothing that asks chains is installed");
    }
    return reader.get().call(chain, contract, data, deadline);
  }
}
