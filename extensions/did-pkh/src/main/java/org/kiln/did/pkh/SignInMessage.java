package org.kiln.did.pkh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.did.CapabilitySignature.CapabilityException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Retry;

/**
 * The text a wallet showed and signed, built again from the capability's payload (CAIP-122). All
 * fields stand in it exactly as in the payload, times included.
 */
final class SignInMessage {
  private final Account account;
  private final Ipld.Map payload;
  private final List<String> resources;

  private SignInMessage(Account account, Ipld.Map payload, List<String> resources) {
    this.account = account;
    this.payload = payload;
    this.resources = resources;
  }

  /**
   * The message of a payload.
   *
   * @throws CapabilityException when a field is missing or could be read as another one
   */
  static SignInMessage of(Account account, Ipld.Map payload) throws CapabilityException {
    for (String name : List.of("domain", "aud", "version", "nonce", "iat")) {
      if (field(payload, name).isEmpty()) {
        throw refused("CACAO has no " + name);
      }
    }
    for (String name : List.of("exp", "nbf", "requestId")) {
      field(payload, name);
    }
    List<String> resources = new ArrayList<>();
    if (payload.get("resources").orElse(Ipld.NULL) instanceof Ipld.List list) {
      for (Ipld item : list.items()) {
        if (!(item instanceof Ipld.Text text) || text.value().indexOf('\n') >= 0) {
          throw refused("CACAO has a resource that is no line of text");
        }
        resources.add(text.value());
      }
    }
    return new SignInMessage(account, payload, List.copyOf(resources));
  }

  /** Today's form, with the address written as given. */
  String text(String chainName, String address) {
    List<String> lines = opening(chainName, address);
    lines.add("URI: " + value("aud"));
    lines.add("Version: " + value("version"));
    lines.add("Chain ID: " + account.reference());
    lines.add("Nonce: " + value("nonce"));
    times(lines);
    if (!resources.isEmpty()) {
      resources(lines);
    }
    return String.join("\n", lines);
  }

  /** The form before 2022-09-20: the chain stands after the times, an empty list is announced. */
  String legacyText(String chainName, String address) {
    List<String> lines = opening(chainName, address);
    lines.add("URI: " + value("aud"));
    lines.add("Version: " + value("version"));
    lines.add("Nonce: " + value("nonce"));
    times(lines);
    lines.add("Chain ID: " + account.reference());
    if (payload.get("resources").isPresent()) {
      resources(lines);
    }
    return String.join("\n", lines);
  }

  private List<String> opening(String chainName, String address) {
    List<String> lines = new ArrayList<>(16);
    lines.add(value("domain") + " wants you to sign in with your " + chainName + " account:");
    lines.add(address);
    lines.add("");
    // Deployed libraries leave one blank line where there is no statement; EIP-4361 would have two.
    payload
        .text("statement")
        .filter(statement -> !statement.isEmpty())
        .ifPresent(
            statement -> {
              lines.add(statement);
              lines.add("");
            });
    return lines;
  }

  private void times(List<String> lines) {
    lines.add("Issued At: " + value("iat"));
    optional(lines, "Expiration Time: ", "exp");
    optional(lines, "Not Before: ", "nbf");
    optional(lines, "Request ID: ", "requestId");
  }

  private void optional(List<String> lines, String label, String name) {
    String value = value(name);
    if (!value.isEmpty()) {
      lines.add(label + value);
    }
  }

  private void resources(List<String> lines) {
    lines.add("Resources:");
    resources.forEach(resource -> lines.add("- " + resource));
  }

  private String value(String name) {
    return shown(payload, name).orElse("");
  }

  /**
   * A one-line field. A line break would let one field pretend to be several; only the statement
   * may hold them, since everything that grants something follows it.
   */
  private static String field(Ipld.Map payload, String name) throws CapabilityException {
    if (payload.get(name).isEmpty()) {
      return "";
    }
    Optional<String> value = shown(payload, name);
    if (value.isEmpty() || value.get().indexOf('\n') >= 0) {
      throw refused("The " + name + " of the CACAO is no line of text");
    }
    return value.get();
  }

  /** CAIP-74's own sample writes the version as a number. */
  private static Optional<String> shown(Ipld.Map payload, String name) {
    return switch (payload.get(name).orElse(Ipld.NULL)) {
      case Ipld.Text text -> Optional.of(text.value());
      case Ipld.Int number when name.equals("version") -> Optional.of(number.value().toString());
      default -> Optional.empty();
    };
  }

  private static CapabilityException refused(String why) {
    return new CapabilityException(why, Retry.NEVER);
  }
}
