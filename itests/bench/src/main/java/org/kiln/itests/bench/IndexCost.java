package org.kiln.itests.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/**
 * What the index costs who creates documents: two nodes take turns, one of which indexes the model,
 * with an index by a field. {@code IndexCost [turns [documents a turn]]}, after a build of the
 * distribution.
 */
final class IndexCost {
  private static final String MODEL_DATA = "/api/v0/admin/modelData";
  private static final int CLIENTS = 8;

  private static final Author AUTHOR = new Author(new byte[32]);
  private static int serial;

  private IndexCost() {}

  public static void main(String[] args) throws Exception {
    int turns = args.length > 0 ? Integer.parseInt(args[0]) : 6;
    int documents = args.length > 1 ? Integer.parseInt(args[1]) : 3_000;
    Path folder = Files.createTempDirectory("kiln-index-cost");
    try (NodeProcess with = start(folder.resolve("with"));
        NodeProcess without = start(folder.resolve("without"))) {
      StreamId model = model(with, true);
      model(without, false);
      List<Double> ratios = new ArrayList<>();
      for (int turn = 0; turn <= turns; turn++) {
        double indexed = rate(with, events(model, documents));
        double plain = rate(without, events(model, documents));
        String kind = turn == 0 ? "warming up" : "turn " + turn;
        System.out.println(
            String.format(
                Locale.ROOT,
                "%s: %.0f creates a second with the index, %.0f without, %.3f",
                kind,
                indexed,
                plain,
                indexed / plain));
        if (turn > 0) {
          ratios.add(indexed / plain);
        }
      }
      ratios.sort(null);
      System.out.println(String.format(Locale.ROOT, "median %.3f", ratios.get(turns / 2)));
    }
  }

  private static NodeProcess start(Path data) throws Exception {
    return NodeProcess.start(Distribution.find(), data, "--set", "admin.dids=" + AUTHOR.did());
  }

  private static StreamId model(NodeProcess node, boolean indexed) throws Exception {
    Ipld.Map number = Ipld.map("type", Ipld.of("integer"));
    try (V0Client client = new V0Client(node.url())) {
      V0Client.Answer made =
          client.create(2, AUTHOR.model("Counted", Ipld.map("n", number), "list"));
      String id = made.body().get("streamId").asText();
      if (indexed) {
        String code = client.get("/api/v0/admin/getCode").body().get("code").asText();
        String request =
            String.format(
                "{\"code\":\"%s\",\"requestPath\":\"%s\",\"requestBody\":{\"modelData\":[{\"streamID\":\"%s\","
                    + "\"indices\":[{\"fields\":[{\"path\":[\"n\"]}]}]}]}}",
                code, MODEL_DATA, id);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("jws", AUTHOR.compact(request));
        if (!client.post(MODEL_DATA, body).ok()) {
          throw new IllegalStateException("The model cannot be indexed");
        }
      }
      return StreamId.parse(id);
    }
  }

  private static List<SignedEvent> events(StreamId model, int number) {
    List<SignedEvent> events = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      serial++;
      events.add(AUTHOR.instance(model, Ipld.map("n", Ipld.of(serial)), "unique " + serial));
    }
    return events;
  }

  private static double rate(NodeProcess node, List<SignedEvent> events) throws Exception {
    ConcurrentLinkedQueue<SignedEvent> open = new ConcurrentLinkedQueue<>(events);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long begin = System.nanoTime();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Thread.ofPlatform().start(() -> create(node, open, failure)));
    }
    for (Thread client : clients) {
      client.join();
    }
    if (failure.get() != null) {
      throw new IllegalStateException(failure.get());
    }
    return events.size() / ((System.nanoTime() - begin) / 1e9);
  }

  private static void create(
      NodeProcess node,
      ConcurrentLinkedQueue<SignedEvent> open,
      AtomicReference<Throwable> failure) {
    try (V0Client client = new V0Client(node.url())) {
      for (SignedEvent event = open.poll(); event != null; event = open.poll()) {
        V0Client.Answer made = client.create(3, event);
        if (!made.ok()) {
          throw new IllegalStateException(made.text());
        }
      }
    } catch (Exception e) {
      failure.set(e);
    }
  }
}
