package org.kiln.inspect.batch;

import java.util.Locale;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.DagCbor;

/**
 * {@code caip10}: the init event that follows from an account alone; other cases have steps ({@link
 * StepsFile}).
 */
final class Caip10File implements VectorFile {
  private static final int TYPE = 1;

  @Override
  public Ipld.Map answer(Inputs inputs) throws Exception {
    String account = inputs.text("account");
    int at = account.lastIndexOf(':');
    int namespace = account.indexOf(':');
    if (namespace <= 0 || at <= namespace) {
      throw new RefusedException("Not a CAIP-10 account: " + account);
    }
    String chain = account.substring(0, at);
    String address = account.substring(at + 1);
    if (account.startsWith("eip155:")) {
      address = address.toLowerCase(Locale.ROOT);
    }
    // js-ceramic writes accounts in the form before CAIP-10 was turned round: address@chain.
    Ipld.Map header =
        Ipld.map(
            "controllers", Ipld.list(Ipld.of(address + "@" + chain)),
            "family", Ipld.of("caip10-" + chain));
    byte[] block = DagCbor.encode(Ipld.map("header", header));
    return Ipld.map(
        "genesisDagCborHex", Answers.hex(block),
        "header", header,
        "streamId", Answers.text(StreamId.of(TYPE, Cid.sha256(Cid.DAG_CBOR, block))));
  }
}
