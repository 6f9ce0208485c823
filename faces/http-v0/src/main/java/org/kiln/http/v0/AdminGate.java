package org.kiln.http.v0;

import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.ipld.Json;
import org.kiln.ipld.Jws;

/**
 * Lets admin requests pass that one of the node's admins has signed: a JWS over a one-time code,
 * the path and the request. Unlike js-ceramic, which answers 401 and goes on, a refusal ends the
 * request; and an admin is known by its whole DID, not by how its text begins.
 */
final class AdminGate {
  private static final String SCHEME = "Basic ";

  private final SignatureVerifier verifier;
  private final AdminCodes codes;
  private final Set<String> admins;

  /** A gate for those DIDs. */
  AdminGate(SignatureVerifier verifier, AdminCodes codes, Set<String> admins) {
    this.verifier = verifier;
    this.codes = codes;
    this.admins = Set.copyOf(admins);
  }

  String newCode() {
    return codes.issue();
  }

  /**
   * Passes a request whose JWS is in the Authorization header.
   *
   * @param path the path it must be signed for
   * @return the signed request body, empty when there is none
   * @throws HttpProblem when it may not pass
   */
  Ipld.Map header(HttpCall call, String path) throws HttpProblem {
    Optional<String> header = call.header("Authorization");
    if (header.isEmpty()) {
      throw refusal(401, "Missing authorization header");
    }
    int scheme = header.get().indexOf(SCHEME);
    if (scheme < 0) {
      throw refusal(
          400,
          "Invalid authorization header format. It needs to be 'Authorization: Basic <JWS BLOCK>'");
    }
    String jws = header.get().substring(scheme + SCHEME.length()).strip();
    return check(jws, path, 401, payload -> {}, call.deadline());
  }

  /**
   * Passes a request whose JWS is the {@code jws} member of its body.
   *
   * @param path the path it must be signed for
   * @return the signed request body, empty when there is none
   * @throws HttpProblem when it may not pass
   */
  Ipld.Map body(HttpCall call, String path) throws HttpProblem, CodecException {
    return body(call, path, payload -> {});
  }

  /** Sees that what was signed is complete. */
  interface Completeness {
    void check(Ipld.Map payload) throws HttpProblem;
  }

  /**
   * The same, for a request that must have something in it: one that has not leaves the code
   * unused.
   */
  Ipld.Map body(HttpCall call, String path, Completeness complete)
      throws HttpProblem, CodecException {
    Optional<String> jws = JsonBody.of(call).text("jws");
    if (jws.isEmpty()) {
      throw refusal(422, "Missing authorization jws");
    }
    return check(jws.get(), path, 422, complete, call.deadline());
  }

  private Ipld.Map check(
      String compact, String path, int status, Completeness complete, Deadline deadline)
      throws HttpProblem {
    VerifiedSignature signature;
    Ipld.Map payload;
    try {
      Jws jws = Jws.parseCompact(compact);
      signature = verifier.verify(jws, deadline);
      payload = Json.parseMap(jws.payload());
    } catch (CodecException | UnverifiedException | DependencyMissingException e) {
      throw refusal(status, "Error while processing the authorization header " + e.getMessage());
    }
    String signedPath = payload.text("requestPath").orElse("undefined");
    if (!signedPath.equals(path)) {
      throw refusal(
          status,
          "The jws block contains a request path ("
              + signedPath
              + ") that doesn't match the request ("
              + path
              + ")");
    }
    String code = payload.text("code").orElse("");
    if (code.isEmpty()) {
      throw refusal(status, "Admin code is missing from the the jws block");
    }
    complete.check(payload);
    admit(code, signature);
    return payload.entries().get("requestBody") instanceof Ipld.Map body ? body : Ipld.Map.EMPTY;
  }

  private void admit(String code, VerifiedSignature signature) throws HttpProblem {
    Optional<String> refusal = codes.refusal(code);
    if (refusal.isPresent()) {
      throw refusal(401, refusal.get());
    }
    if (!admins.contains(signature.kid().did().toString())) {
      throw refusal(
          401,
          "Unauthorized access: DID '"
              + signature.kid()
              + "' does not have admin access permission to this node");
    }
    if (!codes.use(code)) {
      throw refusal(401, "Unauthorized access: invalid/already used admin code");
    }
  }

  private static HttpProblem refusal(int status, String message) {
    return new HttpProblem(status, status == 401 ? "unauthorized" : "bad-authorization", message);
  }
}
