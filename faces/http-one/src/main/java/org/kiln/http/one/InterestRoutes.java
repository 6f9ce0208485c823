package org.kiln.http.one;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests;
import org.kiln.core.net.Interests.Outcome;

/** {@code /interests}: what the node is to have of other nodes' events. */
final class InterestRoutes {
  private static final Set<String> MEMBERS = Set.of("sep", "sepValue", "controller", "streamId");

  private final Interests interests;
  private final Peers peers;
  private final NetworkId network;
  private final boolean readOnly;

  InterestRoutes(Interests interests, Peers peers, NetworkId network, boolean readOnly) {
    this.readOnly = readOnly;
    this.interests = interests;
    this.peers = peers;
    this.network = network;
  }

  List<HttpRoute> endpoints() {
    return List.of(
        Endpoint.post("/interests", call -> change(call, true)),
        new Endpoint("/interests", 64 << 10, call -> change(call, false), "DELETE"),
        Endpoint.post("/interests/{sort_key}/{sort_value}", call -> changeByPath(call, true)),
        new Endpoint(
            "/interests/{sort_key}/{sort_value}", 0, call -> changeByPath(call, false), "DELETE"),
        Endpoint.get("/experimental/interests", this::list));
  }

  private HttpReply change(HttpCall call, boolean wanted) throws HttpProblem, Refusal {
    Body body = Body.of(call, "Interest", MEMBERS);
    Interest interest =
        read(
            body.text("sep"),
            body.text("sepValue"),
            body.optionalText("controller"),
            body.optionalText("streamId"),
            "");
    return body.answered(changed(interest, wanted, call));
  }

  private HttpReply changeByPath(HttpCall call, boolean wanted) throws Refusal {
    return changed(ofPath(call, ""), wanted, call);
  }

  /**
   * The interest that the path and parameters of a request name.
   *
   * @param prefix of what is said of a value that is no multibase
   */
  static Interest ofPath(HttpCall call, String prefix) throws Refusal {
    return read(
        call.variable("sort_key"),
        call.variable("sort_value"),
        call.query("controller"),
        call.query("streamId"),
        prefix);
  }

  private HttpReply changed(Interest interest, boolean wanted, HttpCall call) throws Refusal {
    if (readOnly) {
      throw Refusal.of(new HttpProblem(403, "read-only", "This node takes no writes"));
    }
    // Every page may ask here, as ceramic-one has it; what it never had is not theirs.
    if (!wanted && call.header("Origin").isPresent()) {
      throw Refusal.of(
          new HttpProblem(403, "not-for-pages", "Interests are not removed by web pages"));
    }
    try {
      Outcome outcome =
          wanted
              ? interests.add(interest, call.deadline())
              : interests.remove(interest, call.deadline());
      if (outcome == Outcome.FULL) {
        throw Refusal.of(
            new HttpProblem(
                400,
                "too-many-interests",
                "This node has " + Interests.MOST + " interests, as many as it takes"));
      }
      return OneManners.empty(204);
    } catch (LogBusyException e) {
      throw Refusal.busy(e.getMessage());
    }
  }

  static Interest read(
      String separator,
      String value,
      Optional<String> controller,
      Optional<String> stream,
      String prefix)
      throws Refusal {
    if (separator.isEmpty()) {
      throw Refusal.invalid("'sep' cannot be empty");
    }
    if (value.isEmpty()) {
      throw Refusal.invalid("Input cannot be empty. Expected multibase encoded value.");
    }
    if (value.length() > 4 * Interest.MAX_BYTES) {
      throw Refusal.invalid("'sepValue' is too long");
    }
    byte[] bytes;
    try {
      bytes = MultibaseText.decode(value);
    } catch (MultibaseText.Malformed e) {
      throw Refusal.invalid(prefix + "multibase error: " + e.getMessage());
    }
    if (controller.filter(String::isEmpty).isPresent()) {
      throw Refusal.invalid("'controller' cannot be empty if it's included");
    }
    if (stream.isPresent() && controller.isEmpty()) {
      throw Refusal.failed("controller is required if stream_id is specified");
    }
    Optional<StreamId> id = stream.isEmpty() ? Optional.empty() : Optional.of(stream(stream.get()));
    try {
      return new Interest(separator, Ipld.Bytes.wrap(bytes), controller, id);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid(e.getMessage());
    }
  }

  private static StreamId stream(String text) throws Refusal {
    try {
      return StreamText.parse(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.failed("stream_id: " + e.getMessage());
    }
  }

  /** In the order of their keys, which hold the node's peer id: of another peer there are none. */
  private HttpReply list(HttpCall call) throws Refusal {
    PeerId self = peers.self();
    PeerId asked = self;
    Optional<String> peer = call.query("peerId");
    if (peer.isPresent()) {
      try {
        asked = PeerId.parse(peer.get());
      } catch (IllegalArgumentException e) {
        throw Refusal.failed("failed to parse peer_id: " + e.getMessage());
      }
    }
    TreeMap<Ipld.Bytes, byte[]> keys =
        new TreeMap<>((a, b) -> Arrays.compareUnsigned(a.value(), b.value()));
    if (asked.equals(self)) {
      for (Interest interest : interests.all()) {
        byte[] key = InterestKey.of(interest, self, network);
        keys.put(Ipld.Bytes.wrap(key), key);
      }
    }
    List<Ipld> listed =
        keys.values().stream()
            .<Ipld>map(key -> Ipld.map("data", Ipld.of(Multibase.BASE58BTC.encode(key))))
            .toList();
    return OneManners.json(Ipld.map("interests", new Ipld.List(listed)));
  }
}
