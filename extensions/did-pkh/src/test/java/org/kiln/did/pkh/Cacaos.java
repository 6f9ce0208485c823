package org.kiln.did.pkh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.CapabilitySignature.CapabilityException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

/** Capabilities for tests. */
final class Cacaos {
  private Cacaos() {}

  static Ipld.Map of(JsonNode cacao) {
    return (Ipld.Map) ipld(cacao);
  }

  private static Ipld ipld(JsonNode node) {
    if (node.isTextual()) {
      return Ipld.of(node.asText());
    }
    if (node.isIntegralNumber()) {
      return Ipld.of(node.asLong());
    }
    if (node.isArray()) {
      List<Ipld> items = new ArrayList<>();
      node.forEach(item -> items.add(ipld(item)));
      return new Ipld.List(items);
    }
    Map<String, Ipld> entries = new LinkedHashMap<>();
    node.properties().forEach(field -> entries.put(field.getKey(), ipld(field.getValue())));
    return new Ipld.Map(entries);
  }

  /** A usual payload, unsigned. */
  static Ipld.Map payload(String issuer, String statement) {
    return Ipld.map(
        "domain", Ipld.of("app.example"),
        "iss", Ipld.of(issuer),
        "aud", Ipld.of("did:key:z6Mkrznd9S6aa8FU3PgE6t3aeH5b7eqzt9JPyzPfCzWpma3H"),
        "version", Ipld.of("1"),
        "nonce", Ipld.of("nonce12345"),
        "iat", Ipld.of("2026-02-01T00:00:00.000Z"),
        "statement", Ipld.of(statement),
        "resources", Ipld.list(Ipld.of("ceramic://*")));
  }

  static Ipld.Map signed(Ipld.Map payload, String type, String signature) {
    return Ipld.map(
        "h", Ipld.map("t", Ipld.of("caip122")),
        "p", payload,
        "s", Ipld.map("t", Ipld.of(type), "s", Ipld.of(signature)));
  }

  /** What the verifier says: empty when the signature holds. */
  static Optional<String> verdict(CapabilitySignature verifier, Ipld.Map cacao) {
    try {
      verifier.verify(cacao, Deadline.NONE);
      return Optional.empty();
    } catch (CapabilityException e) {
      return Optional.of(e.getMessage());
    }
  }
}
