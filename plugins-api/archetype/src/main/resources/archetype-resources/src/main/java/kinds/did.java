package ${package};

import java.util.List;
import java.util.Set;
import org.kiln.api.did.Did;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.VerificationMethod;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.plugin.Retry;
import org.osgi.service.component.annotations.Component;

/** A DID method whose identifier is an Ed25519 public key: z and 32 bytes in base58. */
@Component(property = DidMethod.METHOD_PROPERTY + "=${key}")
public final class ${className} implements DidMethod {
  private static final int MAX_IDENTIFIER = 64;

  @Override
  public String method() {
    return "${key}";
  }

  @Override
  public DidDocument resolve(DidUrl url, ResolveOptions options) throws DidException {
    Did did = url.did();
    if (!did.method().equals(method())) {
      throw invalid(did, "its method is not " + method());
    }
    byte[] key = key(did);
    String id = did + "#key";
    Ipld.Map method =
        Ipld.map(
            "id", Ipld.of(id),
            "type", Ipld.of("Ed25519VerificationKey2018"),
            "controller", Ipld.of(did.value()),
            "publicKeyBase58", Ipld.of(did.identifier().substring(1)));
    Ipld.Map json = Ipld.map("id", Ipld.of(did.value()), "verificationMethod", Ipld.list(method));
    return DidDocument.of(
        did, List.of(VerificationMethod.of(id, Set.of("EdDSA"), key, method)), json);
  }

  private static byte[] key(Did did) throws DidException {
    String text = did.identifier();
    if (text.length() > MAX_IDENTIFIER || text.charAt(0) != Multibase.BASE58BTC.prefix()) {
      throw invalid(did, "it is no z and base58 of at most " + MAX_IDENTIFIER + " characters");
    }
    try {
      byte[] key = Multibase.decode(text);
      if (key.length == 32) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      throw invalid(did, e.getMessage());
    }
    throw invalid(did, "a key has 32 bytes");
  }

  private static DidException invalid(Did did, String why) {
    return new DidException("invalidDid", "Cannot resolve " + did + ": " + why, Retry.NEVER);
  }
}
