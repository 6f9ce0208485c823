package org.kiln.anchor.service;

import java.net.URI;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.ipld.Json;
import org.kiln.ipld.Jws;

/**
 * Lets requests pass that one of the known clients has signed: a compact JWS over the URL, a nonce
 * and the digest of the body. Sending a request a second time changes nothing, so nonces are not
 * remembered.
 */
final class ClientGate {
  private static final String SCHEME = "Bearer ";
  private static final int MAX_HEADER = 8192;

  /** In the list of clients: any DID whose signature fits. */
  static final String ANY_SIGNED = "*";

  /** In the list of clients: no signature is asked for. */
  static final String ANONYMOUS = "anonymous";

  private final SignatureVerifier verifier;
  private final Set<String> clients;
  private final Optional<String> publicUrl;

  /**
   * A gate.
   *
   * @param clients DIDs, or one of the two words above
   * @param publicUrl what clients call this node, when that is not what stands in their Host header
   */
  ClientGate(SignatureVerifier verifier, Set<String> clients, Optional<String> publicUrl) {
    this.verifier = verifier;
    this.clients = Set.copyOf(clients);
    this.publicUrl = publicUrl.map(url -> url.replaceAll("/+$", ""));
  }

  /**
   * Passes a request.
   *
   * @param digest what the client must have signed of the body; empty when it need not
   * @return the client: its DID, or where it calls from
   * @throws HttpProblem 403 when it may not pass, 503 when that cannot be said now
   */
  String pass(HttpCall call, Optional<String> digest) throws HttpProblem {
    Optional<String> header = call.header("Authorization");
    if (header.isEmpty() && clients.contains(ANONYMOUS)) {
      return "ip:" + call.remoteAddress();
    }
    String text = header.orElse("");
    if (!text.startsWith(SCHEME) || text.length() > MAX_HEADER) {
      throw unauthorized();
    }
    try {
      Jws jws = Jws.parseCompact(text.substring(SCHEME.length()).strip());
      String client = verifier.verify(jws, call.deadline()).kid().did().toString();
      if (!(Json.parse(jws.payload()) instanceof Ipld.Map payload)
          || !sameUrl(call, payload.text("url").orElse(""))
          || digest.isPresent() && !digest.equals(payload.text("digest"))
          || !(clients.contains(client)
              || clients.contains(ANY_SIGNED)
              || clients.contains(ANONYMOUS))) {
        throw unauthorized();
      }
      return client;
    } catch (CodecException | UnverifiedException e) {
      throw unauthorized();
    } catch (DependencyMissingException e) {
      throw new HttpProblem(503, "did-method-unavailable", e.getMessage());
    }
  }

  private boolean sameUrl(HttpCall call, String url) {
    if (publicUrl.isPresent()) {
      return url.equals(publicUrl.get() + call.path());
    }
    try {
      URI signed = URI.create(url);
      return call.path().equals(signed.getRawPath())
          && signed.getRawQuery() == null
          && call.header("Host")
              .map(host -> host.equalsIgnoreCase(signed.getRawAuthority()))
              .orElse(false);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static HttpProblem unauthorized() {
    return new HttpProblem(403, "unauthorized", "Unauthorized");
  }

  /** What a client signs of a JSON body; of a CAR body it is the root's CID. */
  static String digest(byte[] body) {
    return "0x" + HexFormat.of().formatHex(Cid.sha256(Cid.RAW, body).digest());
  }
}
