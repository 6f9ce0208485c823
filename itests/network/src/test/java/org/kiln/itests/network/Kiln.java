package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;
import org.kiln.libp2p.key.HostKey;

/** A node as it ships, in a process of its own, with its network on. */
final class Kiln implements AutoCloseable {
  /** What it speaks of tips on. */
  static final String TOPIC = "/ceramic/inmemory-itest";

  private static final Duration TIME = Duration.ofSeconds(240);

  final NodeProcess process;
  final V0Client client;
  final int port;
  final PeerId id;
  private final Author author;

  /**
   * Starts it and waits until its network is there.
   *
   * @param folder where its data directory comes to lie
   * @param author signs what is written on it
   * @param peers addresses of those it stays connected to
   */
  Kiln(Path folder, Author author, String... peers) throws Exception {
    this(folder, author, List.of(), peers);
  }

  /**
   * The same.
   *
   * @param settings further ones, each as {@code name=value}
   */
  Kiln(Path folder, Author author, List<String> settings, String... peers) throws Exception {
    this.author = author;
    port = NodeProcess.freePort();
    List<String> all = new ArrayList<>();
    all.add("network.enabled=true");
    all.add("network.topic=" + TOPIC);
    all.add("network.listen=/ip4/127.0.0.1/tcp/" + port);
    all.add("network.peers=" + String.join(",", peers));
    all.addAll(settings);
    String[] flags =
        all.stream().flatMap(setting -> Stream.of("--set", setting)).toArray(String[]::new);
    process = NodeProcess.start(Distribution.find(), folder, flags);
    try {
      client = new V0Client(process.url());
      String sign = settings.contains("network.sync=false") ? "kiln_bitswap" : "kiln_sync_tips ";
      awaitText("/metrics", sign);
      id = HostKey.load(process.data().resolve("libp2p/identity.key")).publicKey().peerId();
    } catch (Throwable e) {
      process.close();
      throw e;
    }
  }

  String address() {
    return address(port);
  }

  /** Its address when it is reached by way of another port. */
  String address(int at) {
    return "/ip4/127.0.0.1/tcp/" + at + "/p2p/" + id;
  }

  /** A model of documents that have a text. */
  static SignedEvent noteModel(Author author) {
    Ipld text = Ipld.map("type", Ipld.of("string"));
    return author.sign(
        Ipld.map(
            "data",
            Ipld.map(
                "name", Ipld.of("Note"),
                "version", Ipld.of("1.0"),
                "schema",
                    Ipld.map(
                        "type", Ipld.of("object"),
                        "properties", Ipld.map("text", text),
                        "additionalProperties", Ipld.of(false)),
                "accountRelation", Ipld.map("type", Ipld.of("list"))),
            "header",
            Ipld.map(
                "controllers", Ipld.list(Ipld.of(author.did())),
                "model", new Ipld.Bytes(StreamId.MODEL.bytes()),
                "sep", Ipld.of("model"))));
  }

  String metrics() throws Exception {
    return client.get("/metrics").text();
  }

  private void awaitText(String path, String text) throws Exception {
    until(path + " says " + text, () -> client.get(path).text().contains(text));
  }

  void awaitGossipWith(int peers) throws Exception {
    awaitText("/metrics", "kiln_sync_members " + peers + "\n");
  }

  StreamId create(int type, SignedEvent event) throws Exception {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("type", type);
    body.set("genesis", event.wire());
    V0Client.Answer answer = post("/api/v0/streams", body);
    return StreamId.parse(answer.body().get("streamId").asText());
  }

  SignedEvent write(StreamId stream, Cid prev, String text) throws Exception {
    SignedEvent event = author.replace(stream, prev, "text", Ipld.of(text));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("streamId", stream.toString());
    body.set("commit", event.wire());
    post("/api/v0/commits", body);
    return event;
  }

  private V0Client.Answer post(String path, ObjectNode body) throws Exception {
    body.putObject("opts").put("anchor", false);
    V0Client.Answer answer = client.post(path, body);
    assertThat(answer.ok()).as(answer.text()).isTrue();
    return answer;
  }

  /** The state, asking nobody. */
  String state(StreamId stream) throws Exception {
    return client.get("/api/v0/streams/" + stream + "?sync=2").text();
  }

  /** Waits for something that a node, or what it talks with, does in its own time. */
  static void until(String what, Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + TIME.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + TIME.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(50_000_000);
    }
  }

  @Override
  public void close() throws Exception {
    client.close();
    process.close();
  }
}
