package org.kiln.type.caip10;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.testkit.FakeApplyContext;
import org.kiln.testkit.SampleStream;
import org.kiln.testkit.StreamTypeContract;

class Caip10LinkContractTest extends StreamTypeContract {
  private static final byte[] SECRET = new byte[Ed25519.SECRET_KEY_SIZE];
  private static final String MESSAGE =
      "Link this account to your identity\n\ndid:key:zAnn \nTimestamp: 1700000000";

  private static String account() {
    byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(SECRET, 0, key, 0);
    return Multibase.BASE58BTC.encodeBody(key) + "@solana:4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZ";
  }

  private static String signature() {
    byte[] text = MESSAGE.getBytes(StandardCharsets.UTF_8);
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(SECRET, 0, text, 0, text.length, signature, 0);
    return Base64.getEncoder().encodeToString(signature);
  }

  @Override
  protected StreamType type() {
    return new Caip10LinkType();
  }

  @Override
  protected Event.Init init() {
    Ipld.Map header =
        Ipld.map("controllers", Ipld.list(Ipld.of(account())), "family", Ipld.of("caip10"));
    return new Event.Init(SampleStream.cid("link"), header, Optional.empty(), false);
  }

  @Override
  protected FakeApplyContext initContext(StreamId stream) {
    return new FakeApplyContext(stream);
  }

  @Override
  protected Optional<Event.Data> change(StreamState state) {
    return Optional.of(
        new Event.Data(
            SampleStream.cid("proof"),
            Optional.of(state.id().init()),
            state.tip(),
            Links.proof(account(), "solana", MESSAGE, signature()),
            Optional.empty(),
            false));
  }

  /** Anybody may bring a proof: it is signed by the account. */
  @Override
  protected boolean changesAreSigned() {
    return false;
  }

  @Override
  protected FakeApplyContext changeContext(StreamId stream) {
    return initContext(stream);
  }
}
