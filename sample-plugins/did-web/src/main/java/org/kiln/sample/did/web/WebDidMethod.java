package org.kiln.sample.did.web;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.did.Did;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.VerificationMethod;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Retry;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Resolves {@code did:web}. Remembers nothing, the node does that. Thread-safe. */
@Component(
    service = DidMethod.class,
    configurationPid = "org.kiln.sample.did-web",
    property = DidMethod.METHOD_PROPERTY + "=web")
@Designate(ocd = WebDidMethod.Config.class)
public final class WebDidMethod implements DidMethod, AutoCloseable {
  private static final int MAX_METHODS = 50;

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln sample: did:web")
  public @interface Config {
    /** Hosts that are asked by HTTP. */
    @AttributeDefinition(
        description =
            "For tests: hosts, as host:port, that are asked without TLS and may be on this"
                + " machine.")
    String[] plainHosts() default {};

    /** How long to wait for a host. */
    @AttributeDefinition(description = "Milliseconds to wait for a host at most.")
    long timeoutMs() default 5_000;
  }

  private final Set<String> plainHosts;
  private final Fetch fetch;

  /** A resolver with these settings. */
  @Activate
  public WebDidMethod(Config config) {
    this(Set.of(config.plainHosts()), config.timeoutMs());
  }

  WebDidMethod(Set<String> plainHosts, long timeoutMs) {
    this.plainHosts = plainHosts;
    this.fetch = new Fetch(timeoutMs);
  }

  /** Ends the HTTP client's threads, which would hold this plugin's classes. */
  @Deactivate
  @Override
  public void close() {
    fetch.close();
  }

  @Override
  public String method() {
    return "web";
  }

  @Override
  public DidDocument resolve(DidUrl url, ResolveOptions options) throws DidException {
    Did did = url.did();
    URI address = WebLocation.of(did, plainHosts);
    byte[] body = fetch.get(address, options.deadline());
    try {
      if (Json.read(body) instanceof Ipld.Map json) {
        return document(did, json);
      }
    } catch (IOException e) {
      throw invalid(address, "is no JSON: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw invalid(address, e.getMessage());
    }
    throw invalid(address, "holds no JSON object");
  }

  private static DidException invalid(URI address, String why) {
    return new DidException("invalidDidDocument", address + " " + why, Retry.NEVER);
  }

  private static DidDocument document(Did did, Ipld.Map json) {
    if (!json.text("id").equals(Optional.of(did.value()))) {
      throw new IllegalArgumentException(
          "is the document of " + json.text("id").orElse("nobody") + ", not of " + did);
    }
    List<VerificationMethod> methods = new ArrayList<>();
    for (Ipld item : list(json, "verificationMethod")) {
      if (item instanceof Ipld.Map method && method.text("id").isPresent()) {
        String id = method.text("id").get();
        Optional<Keys> key = Keys.of(method);
        methods.add(
            VerificationMethod.of(
                id.startsWith("#") ? did + id : id,
                key.map(Keys::algorithm).map(Set::of).orElse(Set.of()),
                key.map(Keys::bytes).orElse(new byte[0]),
                method));
      }
    }
    if (methods.size() > MAX_METHODS) {
      throw new IllegalArgumentException("has more than " + MAX_METHODS + " verification methods");
    }
    Set<String> controllers = new LinkedHashSet<>();
    json.text("controller").ifPresent(controllers::add);
    for (Ipld controller : list(json, "controller")) {
      if (controller instanceof Ipld.Text text) {
        controllers.add(text.value());
      }
    }
    return DidDocument.of(did, List.copyOf(methods), json).withControllers(Set.copyOf(controllers));
  }

  private static List<Ipld> list(Ipld.Map json, String name) {
    return json.get(name).orElse(Ipld.NULL) instanceof Ipld.List list ? list.items() : List.of();
  }
}
