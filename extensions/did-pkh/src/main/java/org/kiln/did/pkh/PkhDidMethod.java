package org.kiln.did.pkh;

import java.util.ArrayList;
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

/**
 * The DID method {@code pkh}. An account has no key of its own that signs events: it signs
 * capabilities, under which session keys write. Documents of eip155, bip122 and tezos are those of
 * the JavaScript resolver; solana and stacks, which it refuses though their capabilities count,
 * resolve to an account without methods. Thread-safe.
 *
 * @see <a href="https://github.com/w3c-ccg/did-pkh">did:pkh</a>
 */
public final class PkhDidMethod implements DidMethod {
  @Override
  public String method() {
    return "pkh";
  }

  @Override
  public DidDocument resolve(DidUrl url, ResolveOptions options) throws DidException {
    Did did = url.did();
    Optional<Account> account = Account.of(did.value());
    if (account.isEmpty()) {
      throw new DidException("invalidDid", did + " names no account", Retry.NEVER);
    }
    List<String> types =
        switch (account.get().namespace()) {
          case "eip155", "bip122" -> List.of("EcdsaSecp256k1RecoveryMethod2020");
          case "tezos" -> List.of("EcdsaSecp256k1RecoveryMethod2020", "TezosMethod2021");
          case "solana", "stacks" -> List.of();
          default ->
              throw new DidException(
                  "invalidDid",
                  "chain namespace not supported " + account.get().namespace(),
                  Retry.NEVER);
        };
    List<VerificationMethod> methods = new ArrayList<>();
    List<Ipld> ids = new ArrayList<>();
    List<Ipld> jsons = new ArrayList<>();
    for (String type : types) {
      String id = did + (type.startsWith("Tezos") ? "#" + type : "#blockchainAccountId");
      Ipld.Map json =
          Ipld.map(
              "id", Ipld.of(id),
              "type", Ipld.of(type),
              "controller", Ipld.of(did.value()),
              "blockchainAccountId", Ipld.of(account.get().toString()));
      methods.add(VerificationMethod.of(id, Set.of(), new byte[0], json));
      ids.add(Ipld.of(id));
      jsons.add(json);
    }
    Ipld.List relation = new Ipld.List(ids);
    return DidDocument.of(
        did,
        List.copyOf(methods),
        Ipld.map(
            "id",
            Ipld.of(did.value()),
            "verificationMethod",
            new Ipld.List(jsons),
            "authentication",
            relation,
            "assertionMethod",
            relation));
  }
}
