package org.kiln.net.recon.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.StreamId;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests;

/** What the node wants, as JSON has it. */
final class InterestTexts {
  private static final int MOST_SHOWN = 500;

  private InterestTexts() {}

  static List<Ipld> of(List<String> fixed, Optional<Interests> asked) {
    List<Ipld> all = new ArrayList<>();
    for (String model : fixed) {
      all.add(text(model, Optional.empty(), Optional.empty(), true));
    }
    asked.stream()
        .flatMap(kept -> kept.all().stream())
        .filter(interest -> interest.separator().equals(Interest.MODEL))
        .map(
            interest ->
                text(model(interest.value()), interest.controller(), interest.stream(), false))
        .limit(MOST_SHOWN)
        .forEach(all::add);
    return all;
  }

  private static Ipld text(
      String model, Optional<String> controller, Optional<StreamId> stream, boolean setting) {
    return Ipld.map(
        "model", Ipld.of(model),
        "controller", controller.<Ipld>map(Ipld::of).orElse(Ipld.NULL),
        "stream", stream.<Ipld>map(id -> Ipld.of(id.toString())).orElse(Ipld.NULL),
        "setting", Ipld.of(setting));
  }

  /** Clients may name what is no model. */
  private static String model(Ipld.Bytes value) {
    try {
      return StreamId.of(value.value()).toString();
    } catch (IllegalArgumentException e) {
      return Multibase.BASE16.encode(value.value());
    }
  }
}
