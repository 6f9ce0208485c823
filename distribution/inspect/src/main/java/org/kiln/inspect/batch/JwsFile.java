package org.kiln.inspect.batch;

import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.inspect.Accounts;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.Jose;
import org.kiln.ipld.Json;
import org.kiln.ipld.Jws;

/** {@code jws}: signatures judged, DIDs resolved. */
final class JwsFile implements VectorFile {
  private final Accounts accounts;

  JwsFile(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public Ipld.Map answer(Inputs inputs) throws Exception {
    if (inputs.has("compact")) {
      Jws jws = Jws.parseCompact(inputs.text("compact"));
      VerifiedSignature verified = accounts.verifier().verify(jws, Deadline.NONE);
      return Ipld.map(
          "ok", Ipld.TRUE,
          "kid", Answers.text(verified.kid()),
          "payload", Json.parse(jws.payload()));
    }
    if (!inputs.has("jws")) {
      return Ipld.map("didDocument", accounts.document(inputs.text("did")));
    }
    Jws jws = jws(inputs.object("jws"));
    VerifiedSignature verified = accounts.verifier().verify(jws, Deadline.NONE);
    if (inputs.has("issuer")) {
      accounts.authorize(verified, inputs.text("issuer"), jws.payloadCid());
    }
    return Ipld.map("ok", Ipld.TRUE, "kid", Answers.text(verified.kid()));
  }

  static Jws jws(Ipld.Map general) throws CodecException, RefusedException {
    if (Jose.ofJson(general) instanceof Jose.Signed signed) {
      return Jose.single(signed);
    }
    throw new RefusedException("The JWS is not signed");
  }
}
