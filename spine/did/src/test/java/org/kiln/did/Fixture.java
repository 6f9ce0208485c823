package org.kiln.did;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.did.key.P256Suite;
import org.kiln.did.key.Secp256k1Suite;
import org.kiln.did.pkh.Eip191Signature;
import org.kiln.did.pkh.PkhDidMethod;
import org.kiln.did.pkh.SolanaSignature;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.SignedEnvelope;

/** What the tests of the verifier share. */
final class Fixture {
  /** The moment the vectors are judged at. */
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private Fixture() {}

  static FixedExtensions.Builder extensions() {
    return FixedExtensions.builder()
        .add(DidMethod.class, "key", new KeyDidMethod())
        .add(DidMethod.class, "pkh", new PkhDidMethod())
        .add(SignatureSuite.class, "EdDSA", new Ed25519Suite())
        .add(SignatureSuite.class, "ES256K", new Secp256k1Suite())
        .add(SignatureSuite.class, "ES256", new P256Suite())
        .add(CapabilitySignature.class, "eip191", new Eip191Signature())
        .add(CapabilitySignature.class, "solana:ed25519", new SolanaSignature());
  }

  static EnvelopeVerifier verifier() {
    return verifier(extensions().build(), NOW, Duration.ofHours(24));
  }

  static EnvelopeVerifier verifier(ExtensionRegistry registry, Instant now, Duration phaseOut) {
    VerifierSettings usual = VerifierSettings.DEFAULT;
    return new EnvelopeVerifier(
        registry,
        Clock.fixed(now, ZoneOffset.UTC),
        new VerifierSettings(
            phaseOut,
            usual.clockSkew(),
            usual.rememberedDids(),
            usual.rememberDidFor(),
            usual.rememberedCapabilities(),
            usual.resolveTimeout()));
  }

  /** A JWS in the general form of the JavaScript library. */
  static Jws jws(JsonNode general) {
    JsonNode signature = general.get("signatures").get(0);
    return new Jws(
        base64(general.get("payload")),
        base64(signature.get("protected")),
        base64(signature.get("signature")));
  }

  private static byte[] base64(JsonNode text) {
    return Base64.getUrlDecoder().decode(text.asText());
  }

  static byte[] hex(JsonNode text) {
    return HexFormat.of().parseHex(text.asText());
  }

  static Block cbor(byte[] bytes) {
    return Block.of(Cid.DAG_CBOR, bytes);
  }

  static Block cbor(Ipld value) {
    return cbor(DagCbor.encode(value));
  }

  static SignedEnvelope envelope(Jws jws, byte[] payload, Optional<Block> capability)
      throws CodecException {
    Block envelope = Block.of(Cid.DAG_JOSE, DagJose.encode(jws));
    return new SignedEnvelope(envelope, jws, jws.header(), cbor(payload), capability);
  }

  static Ipld ipld(JsonNode node) {
    if (node.isTextual()) {
      return Ipld.of(node.asText());
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
}
