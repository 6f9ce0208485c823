package org.kiln.anchor.service;

import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.fixtures.EventlessVerifier;
import org.kiln.ipld.Jws;

/** Knows did:key with Ed25519. */
final class KeyVerifier extends EventlessVerifier {
  @Override
  public VerifiedSignature verify(Jws jws, Deadline deadline) throws UnverifiedException {
    try {
      String kid = jws.header().kid().orElseThrow(() -> new UnverifiedException("no kid"));
      byte[] key = Multibase.decode(kid.substring(kid.indexOf('#') + 1));
      Ed25519Signer signer = new Ed25519Signer();
      signer.init(false, new Ed25519PublicKeyParameters(key, 2));
      byte[] input = jws.signingInput();
      signer.update(input, 0, input.length);
      if (!signer.verifySignature(jws.signature())) {
        throw new UnverifiedException("invalid_signature");
      }
      return new VerifiedSignature(DidUrl.parse(kid), "EdDSA", Optional.empty());
    } catch (CodecException | RuntimeException e) {
      throw new UnverifiedException(e.getMessage());
    }
  }
}
