package org.kiln.did;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature.Capability;
import org.kiln.ipld.DagCbor;

/**
 * A capability block as read: {@code {h, p, s}} (CAIP-74).
 *
 * @param value the whole block
 * @param signatureType {@code s.t}, empty when it is not signed
 * @param capability what it grants
 */
record Cacao(Ipld.Map value, Optional<String> signatureType, Capability capability) {
  private static final int MAX_RESOURCES = 10_000;

  static Cacao read(Block block) throws UnverifiedException {
    Ipld decoded;
    try {
      decoded = DagCbor.decode(block.data());
    } catch (CodecException e) {
      throw malformed(block, e.getMessage());
    }
    if (!(decoded instanceof Ipld.Map value)) {
      throw malformed(block, "it is no map");
    }
    if (!(value.get("p").orElse(Ipld.NULL) instanceof Ipld.Map payload)) {
      throw malformed(block, "it has no payload p");
    }
    Optional<String> signatureType = Optional.empty();
    if (value.get("s").isPresent()) {
      if (!(value.get("s").get() instanceof Ipld.Map signature) || signature.text("t").isEmpty()) {
        throw malformed(block, "its signature s has no type t");
      }
      signatureType = signature.text("t");
    }
    Capability capability =
        new Capability(
            block.cid(),
            text(block, payload, "iss"),
            text(block, payload, "aud"),
            resources(block, payload),
            time(block, payload, "iat"),
            time(block, payload, "nbf"),
            time(block, payload, "exp"));
    if (capability.issuedAt().isEmpty()) {
      throw malformed(block, "it has no iat");
    }
    return new Cacao(value, signatureType, capability);
  }

  private static String text(Block block, Ipld.Map payload, String name)
      throws UnverifiedException {
    Optional<String> text = payload.text(name);
    if (text.isEmpty()) {
      throw malformed(block, "its " + name + " is no text");
    }
    return text.get();
  }

  private static OptionalLong time(Block block, Ipld.Map payload, String name)
      throws UnverifiedException {
    Optional<Ipld> value = payload.get(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong time =
        value.get() instanceof Ipld.Text text
            ? CacaoTime.parse(text.value())
            : OptionalLong.empty();
    if (time.isEmpty()) {
      throw malformed(block, "its " + name + " is no RFC 3339 time");
    }
    return time;
  }

  private static List<String> resources(Block block, Ipld.Map payload) throws UnverifiedException {
    Optional<Ipld> value = payload.get("resources");
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof Ipld.List list) || list.items().size() > MAX_RESOURCES) {
      throw malformed(block, "its resources are no list of at most " + MAX_RESOURCES);
    }
    List<String> resources = new ArrayList<>(list.items().size());
    for (Ipld item : list.items()) {
      if (!(item instanceof Ipld.Text text)) {
        throw malformed(block, "one of its resources is no text");
      }
      resources.add(text.value());
    }
    return List.copyOf(resources);
  }

  private static UnverifiedException malformed(Block block, String why) {
    return new UnverifiedException("Invalid capability " + block.cid() + ": " + why);
  }
}
