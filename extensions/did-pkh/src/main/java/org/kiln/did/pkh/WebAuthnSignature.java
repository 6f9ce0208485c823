package org.kiln.did.pkh;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.util.BigIntegers;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.ipld.Varint;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.kit.crypto.Hashes;
import org.kiln.kit.ipld.DagCbor;

/**
 * Capabilities signed by a passkey (WebAuthn, P-256). The issuer is the key itself, a did:key,
 * found out only after signing: so the challenge is the CID of the capability without issuer and
 * signature. As nowhere on the network, the relying party and the user-presence flags are not
 * looked at. Thread-safe.
 */
public final class WebAuthnSignature implements CapabilitySignature {
  private static final String DID_KEY = "did:key:z";
  private static final int P256_CODEC = 0x1200;
  private static final int MAX_ISSUER = 128;
  private static final int MAX_AUTHENTICATOR_DATA = 65_536;
  private static final int MAX_SIGNATURE = 128;
  private static final JsonFactory JSON = new JsonFactory();

  private final ECDomainParameters curve;

  /** Ready to verify. */
  public WebAuthnSignature() {
    X9ECParameters parameters = CustomNamedCurves.getByName("secp256r1");
    this.curve = new ECDomainParameters(parameters);
  }

  @Override
  public String type() {
    return "webauthn:p256";
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    Ipld.Map payload = SignedCapability.map(cacao, "p");
    ECPublicKeyParameters key = key(payload.text("iss").orElse(""));
    AuthenticatorData data = authenticatorData(SignedCapability.map(cacao, "s"));
    byte[] message = Hashes.sha256(data.authData(), Hashes.sha256(data.clientDataJson()));
    if (!signed(key, message, SignedCapability.signature(cacao))) {
      throw refused("InvalidMessage");
    }
    Map<String, String> client = clientData(data.clientDataJson());
    if (!"webauthn.get".equals(client.get("type"))) {
      throw refused("Invalid clientDataJSON.type");
    }
    byte[] challenge = challenge(client.getOrDefault("challenge", ""));
    Ipld.Map unsigned = payload.without("iss");
    // The other deployed verifier leaves these two out of the challenge.
    Ipld.Map reduced = unsigned.without("statement").without("requestId");
    if (!names(challenge, cacao, unsigned) && !names(challenge, cacao, reduced)) {
      throw refused("MessageMismatch");
    }
  }

  private ECPublicKeyParameters key(String issuer) throws CapabilityException {
    if (issuer.startsWith(DID_KEY) && issuer.length() <= MAX_ISSUER) {
      try {
        byte[] bytes = Multibase.BASE58BTC.decodeBody(issuer.substring(DID_KEY.length()));
        Varint.Decoded codec = Varint.read(bytes, 0);
        if (codec.value() == P256_CODEC) {
          byte[] point = Arrays.copyOfRange(bytes, codec.next(), bytes.length);
          return new ECPublicKeyParameters(curve.getCurve().decodePoint(point), curve);
        }
      } catch (IllegalArgumentException e) {
        throw refused("The iss of the CACAO is no P-256 did:key: " + e.getMessage());
      }
    }
    throw refused("expected PublicKey to belong to curve p256");
  }

  private static AuthenticatorData authenticatorData(Ipld.Map signature)
      throws CapabilityException {
    if (!(signature.get("m").orElse(Ipld.NULL) instanceof Ipld.Map more)
        || !(more.get("aad").orElse(Ipld.NULL) instanceof Ipld.Bytes aad)
        || aad.size() > MAX_AUTHENTICATOR_DATA) {
      throw refused("AdditionalAuthenticatorData missing");
    }
    try {
      return AuthenticatorData.read(aad.value());
    } catch (IllegalArgumentException e) {
      throw refused("The aad of the CACAO is unreadable: " + e.getMessage());
    }
  }

  /** A signature of 64 bytes, or in DER as authenticators make it. */
  private boolean signed(ECPublicKeyParameters key, byte[] digest, String text) {
    if (text.length() > MAX_SIGNATURE) {
      return false;
    }
    try {
      byte[] bytes = Multibase.BASE64URL.decodeBody(text);
      BigInteger[] rs =
          bytes.length == 64
              ? new BigInteger[] {
                BigIntegers.fromUnsignedByteArray(bytes, 0, 32),
                BigIntegers.fromUnsignedByteArray(bytes, 32, 32)
              }
              : StandardDSAEncoding.INSTANCE.decode(curve.getN(), bytes);
      ECDSASigner signer = new ECDSASigner();
      signer.init(false, key);
      return signer.verifySignature(digest, rs[0], rs[1]);
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** The texts among the top members of the browser's JSON. */
  private static Map<String, String> clientData(byte[] json) throws CapabilityException {
    Map<String, String> texts = new HashMap<>();
    try (JsonParser in = JSON.createParser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw refused("clientDataJSON is no object");
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        if (in.nextToken() == JsonToken.VALUE_STRING) {
          texts.put(name, in.getText());
        } else {
          texts.remove(name);
          in.skipChildren();
        }
      }
      return texts;
    } catch (IOException e) {
      throw refused("clientDataJSON is no JSON");
    }
  }

  private static byte[] challenge(String text) {
    try {
      return text.length() > MAX_SIGNATURE ? new byte[0] : Multibase.BASE64URL.decodeBody(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static boolean names(byte[] challenge, Ipld.Map cacao, Ipld.Map payload) {
    Ipld.Map block = cacao.without("s").with("p", payload);
    Cid cid = Cid.sha256(Cid.DAG_CBOR, DagCbor.encode(block));
    return Arrays.equals(challenge, cid.bytes());
  }

  private static CapabilityException refused(String why) {
    return new CapabilityException(why, Retry.NEVER);
  }
}
