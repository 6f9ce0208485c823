package org.kiln.itests.harness;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.ipld.Jws;

/**
 * A signed event as a client sends it.
 *
 * @param envelope the DAG-JOSE block, whose CID is the event's
 * @param payload the DAG-CBOR block that is signed
 * @param jws what the envelope holds
 * @param capability the block of the capability it was signed under
 */
public record SignedEvent(Block envelope, Block payload, Jws jws, Optional<Block> capability) {

  /** The event's CID. */
  public Cid cid() {
    return envelope.cid();
  }

  /** The event in the JSON form of the v0 HTTP API. */
  public ObjectNode wire() {
    Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    ObjectNode signed = event.putObject("jws");
    signed.put("payload", url.encodeToString(jws.payload()));
    ObjectNode signature = signed.putArray("signatures").addObject();
    signature.put("protected", url.encodeToString(jws.protectedHeader()));
    signature.put("signature", url.encodeToString(jws.signature()));
    signed.put("link", payload.cid().toString());
    event.put("linkedBlock", Base64.getEncoder().withoutPadding().encodeToString(payload.data()));
    capability.ifPresent(
        block ->
            event.put(
                "cacaoBlock", Base64.getEncoder().withoutPadding().encodeToString(block.data())));
    return event;
  }
}
