package org.kiln.itests.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** What these tests ask nodes for. */
final class V0Clients {
  private V0Clients() {}

  /** The body of a multiquery. */
  static JsonNode queries(List<String> ids) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode queries = body.putArray("queries");
    ids.forEach(id -> queries.addObject().put("streamId", id));
    return body;
  }

  /**
   * Writes a stream.
   *
   * @param members of the content, which one update after the other sets
   * @param value what they are set to
   * @return the CommitIDs of the updates
   */
  static List<CommitId> write(V0Client client, int members, int updates, Ipld value)
      throws Exception {
    Author author = new Author(new byte[32]);
    Ipld.Map.Builder content = Ipld.Map.builder();
    for (int i = 0; i < members; i++) {
      content.put("k" + i, Ipld.NULL);
    }
    SignedEvent init = author.tile(content.build(), "hostile" + members + "-" + updates);
    StreamId stream = StreamId.of(0, init.cid());
    require(client.create(0, init));
    List<CommitId> commits = new ArrayList<>();
    Cid tip = init.cid();
    for (int i = 0; i < updates; i++) {
      SignedEvent update = author.replace(stream, tip, "k" + i % members, value);
      require(client.apply(stream, update));
      tip = update.cid();
      commits.add(new CommitId(stream, tip));
    }
    return commits;
  }

  private static void require(V0Client.Answer answer) {
    if (!answer.ok()) {
      throw new AssertionError(answer.status() + " " + answer.text());
    }
  }
}
