package org.kiln.inspect.batch;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.core.lending.Lease;
import org.kiln.inspect.Accounts;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.SignedEnvelope;

/** {@code cacao}: capabilities and the sessions that sign under them (CAIP-74). */
final class CacaoFile implements VectorFile {
  private static final long SKEW_SECONDS = 300;
  private static final Duration PHASE_OUT = Duration.ofHours(24);

  private final Accounts accounts;

  CacaoFile(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public Ipld.Map answer(Inputs inputs) throws Exception {
    return inputs.has("jws") ? session(inputs) : capability(inputs);
  }

  private Ipld.Map capability(Inputs inputs) throws Exception {
    byte[] data = inputs.hex("blockHex");
    if (!inputs.cid("cid").matches(data)) {
      throw new RefusedException("The block is not the one of the CID");
    }
    Ipld.Map cacao = DagCbor.decodeMap(data);
    if (!(cacao.entries().get("s") instanceof Ipld.Map signature)) {
      throw new RefusedException("CACAO does not have a signature");
    }
    String type = signature.text("t").orElse("");
    try (Lease<CapabilitySignature> lease =
        accounts.registry().acquire(CapabilitySignature.class, type, Deadline.NONE)) {
      lease.service().verify(cacao, Deadline.NONE);
    }
    long phaseOut = inputs.has("phaseOutSecs") ? inputs.number("phaseOutSecs") : 0;
    demandInTime(cacao, seconds(inputs.text("verifyAt")), phaseOut);
    return Ipld.map("ok", Ipld.TRUE);
  }

  private static void demandInTime(Ipld.Map cacao, long at, long phaseOut) throws RefusedException {
    if (!(cacao.entries().get("p") instanceof Ipld.Map payload)) {
      throw new RefusedException("CACAO has no payload");
    }
    if (time(payload, "iat", at) > at + SKEW_SECONDS
        || time(payload, "nbf", at) > at + SKEW_SECONDS) {
      throw new RefusedException("CACAO is not valid yet");
    }
    if (time(payload, "exp", at) + phaseOut + SKEW_SECONDS < at) {
      throw new RefusedException("CACAO has expired");
    }
  }

  private static long time(Ipld.Map payload, String name, long absent) throws RefusedException {
    Optional<String> text = payload.text(name);
    return text.isPresent() ? seconds(text.get()) : absent;
  }

  private static long seconds(String time) throws RefusedException {
    try {
      return OffsetDateTime.parse(time).toEpochSecond();
    } catch (DateTimeException e) {
      throw new RefusedException("Not a time: " + time);
    }
  }

  /** A JWS with the capability that was handed over beside it. */
  private Ipld.Map session(Inputs inputs) throws Exception {
    Jws jws = JwsFile.jws(inputs.object("jws"));
    Block capability = capabilityBlock(inputs);
    Jws.Header named = jws.header();
    Jws.Header header = new Jws.Header(named.alg(), named.kid(), Optional.of(capability.cid()));
    Block payload =
        new Block(
            jws.payloadCid(),
            inputs.has("linkedBlockHex") ? inputs.hex("linkedBlockHex") : new byte[0]);
    SignedEnvelope envelope =
        new SignedEnvelope(
            Block.of(Cid.DAG_JOSE, DagJose.encode(jws)),
            jws,
            header,
            payload,
            Optional.of(capability));
    Instant now = inputs.has("verifyAt") ? Instant.parse(inputs.text("verifyAt")) : Instant.now();
    SignatureVerifier verifier = accounts.verifier(Clock.fixed(now, ZoneOffset.UTC), PHASE_OUT);
    VerifiedSignature verified = verifier.verify(envelope, Deadline.NONE);
    verifier.authorize(
        verified,
        inputs.text(inputs.has("issuer") ? "issuer" : "parent"),
        StreamId.MODEL,
        Optional.empty(),
        jws.payloadCid(),
        OptionalLong.empty());
    return Ipld.map("ok", Ipld.TRUE, "kid", Answers.text(verified.kid()));
  }

  private static Block capabilityBlock(Inputs inputs) throws RefusedException, CodecException {
    if (inputs.has("cacaoBlockHex")) {
      return Block.of(Cid.DAG_CBOR, inputs.hex("cacaoBlockHex"));
    }
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(inputs.object("capability")));
  }
}
