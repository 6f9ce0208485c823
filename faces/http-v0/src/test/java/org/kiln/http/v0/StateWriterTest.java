package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.stream.LogTimes;
import org.kiln.ipld.Json;
import org.kiln.testkit.Vectors;

class StateWriterTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  /** A state of js-ceramic and the stream it is of. */
  record Told(String name, String stream, JsonNode state) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Told> states() {
    List<Told> states = new ArrayList<>();
    for (String file : List.of("tile", "model", "mid", "caip10")) {
      for (Vectors.Entry entry : Vectors.load(file)) {
        for (Map.Entry<String, JsonNode> told : entry.expected().path("final").properties()) {
          JsonNode state = told.getValue().path("state");
          if (state.isObject()) {
            states.add(
                new Told(file + "/" + entry.name() + "/" + told.getKey(), told.getKey(), state));
          }
        }
      }
    }
    return states.stream();
  }

  @ParameterizedTest
  @MethodSource("states")
  void shouldWriteWhatJsCeramicWrites(Told told) throws Exception {
    String text = write(state(told));

    String expected = JACKSON.writeValueAsString(told.state());
    assertThat(JACKSON.readTree(text)).isEqualTo(JACKSON.readTree(expected));
    if (told.state().get("type").asInt() != 1) {
      // A CAIP-10 link tells `next` earlier; no client depends on that.
      assertThat(text).isEqualTo(expected);
    }
  }

  @Test
  void shouldTellProofAndTimes() throws Exception {
    Cid cid = Cid.sha256(0x71, new byte[] {1});
    LogEntry init =
        LogEntry.of(cid, LogEntry.Kind.INIT)
            .at(Instant.ofEpochSecond(5))
            .expiring(Instant.ofEpochSecond(9));
    StreamState state =
        StreamState.of(
                StreamId.of(3, cid),
                1,
                Document.of(
                    Ipld.NULL,
                    Ipld.map("unique", new Ipld.Bytes(new byte[] {-1, -2})),
                    Document.Signature.SIGNED),
                StreamLog.of(List.of(init)))
            .with(AnchorStatus.ANCHORED)
            .with(Optional.of(new AnchorProof("eip155:1", cid, cid, Optional.of("f(bytes32)"))));

    assertThat(write(state))
        .isEqualTo(
            "{\"type\":3,\"content\":null,\"metadata\":{\"unique\":\"//4\"},\"signature\":2,"
                + "\"anchorStatus\":\"ANCHORED\",\"log\":[{\"cid\":\""
                + cid
                + "\",\"type\":0,\"expirationTime\":9,\"timestamp\":5}],"
                + "\"anchorProof\":{\"root\":\""
                + cid
                + "\",\"txHash\":\""
                + cid
                + "\",\"txType\":\"f(bytes32)\",\"chainId\":\"eip155:1\"},\"doctype\":\"MID\"}");
  }

  private static String write(StreamState state) {
    JsonBytes out = new JsonBytes(64);
    new StateWriter(new Doctypes(FixedExtensions.builder().build())).write(state, out);
    return new String(out.toBytes(), StandardCharsets.UTF_8);
  }

  private static StreamState state(Told told) throws JsonProcessingException, CodecException {
    JsonNode json = told.state();
    List<LogEntry> log = new ArrayList<>();
    for (JsonNode entry : json.get("log")) {
      log.add(
          LogTimes.line(
              Cid.parse(entry.get("cid").asText()),
              LogEntry.Kind.values()[entry.get("type").asInt()],
              time(entry, "timestamp"),
              time(entry, "expirationTime")));
    }
    Document document =
        Document.of(
            value(json.get("content")),
            metadata(json),
            Document.Signature.values()[json.get("signature").asInt()]);
    if (json.has("next")) {
      document =
          document.with(
              new Document.Next(
                  json.get("next").has("content")
                      ? Optional.of(value(json.get("next").get("content")))
                      : Optional.empty(),
                  json.get("next").has("metadata")
                      ? Optional.of((Ipld.Map) value(json.get("next").get("metadata")))
                      : Optional.empty()));
    }
    return StreamState.of(StreamId.parse(told.stream()), 1, document, StreamLog.of(log))
        .with(AnchorStatus.valueOf(json.get("anchorStatus").asText()));
  }

  private static OptionalLong time(JsonNode entry, String name) {
    return entry.has(name) ? OptionalLong.of(entry.get(name).asLong()) : OptionalLong.empty();
  }

  private static Ipld value(JsonNode json) throws JsonProcessingException, CodecException {
    return Json.parse(JACKSON.writeValueAsBytes(json));
  }

  /** Metadata as stream types keep it: identifiers and unique are bytes. */
  private static Ipld.Map metadata(JsonNode state) throws JsonProcessingException, CodecException {
    Ipld.Map told = (Ipld.Map) value(state.get("metadata"));
    if (state.get("type").asInt() == 0) {
      return told;
    }
    Ipld.Map.Builder kept = Ipld.Map.builder();
    told.entries()
        .forEach(
            (name, value) ->
                kept.put(
                    name,
                    switch (name) {
                      case "model", "context" ->
                          new Ipld.Bytes(StreamId.parse(((Ipld.Text) value).value()).bytes());
                      case "unique" ->
                          new Ipld.Bytes(Multibase.BASE64.decodeBody(((Ipld.Text) value).value()));
                      default -> value;
                    }));
    return kept.build();
  }
}
