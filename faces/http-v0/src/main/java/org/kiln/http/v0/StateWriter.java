package org.kiln.http.v0;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;

/**
 * Writes states as js-ceramic's {@code StreamUtils.serializeState} does. Clients compare states by
 * their text, so the order of the members never changes.
 */
final class StateWriter {
  private static final int TILE = 0;

  private final Doctypes doctypes;

  StateWriter(Doctypes doctypes) {
    this.doctypes = doctypes;
  }

  void write(StreamState state, JsonBytes out) {
    Document document = state.document();
    int type = state.id().type();
    out.ascii("{\"type\":").number(type).ascii(",\"content\":");
    IpldJson.write(document.content(), out);
    out.ascii(",\"metadata\":");
    metadata(document.metadata(), type, out);
    out.ascii(",\"signature\":").number(document.signature().ordinal());
    out.ascii(",\"anchorStatus\":").quoted(state.anchorStatus().name());
    out.ascii(",\"log\":");
    log(state.log(), out);
    state.anchorProof().ifPresent(proof -> proof(proof, out));
    document.next().ifPresent(next -> next(next, type, out));
    out.ascii(",\"doctype\":").text(doctypes.name(type)).put('}');
  }

  /** Metadata of a stream of that type. */
  static void metadata(Ipld.Map metadata, int type, JsonBytes out) {
    char before = '{';
    for (Map.Entry<String, Ipld> entry : metadata.entries().entrySet()) {
      out.put(before).text(entry.getKey()).put(':');
      member(entry.getKey(), entry.getValue(), type, out);
      before = ',';
    }
    if (before == '{') {
      out.put('{');
    }
    out.put('}');
  }

  private static void member(String name, Ipld value, int type, JsonBytes out) {
    if (value instanceof Ipld.Bytes bytes && type != TILE) {
      switch (name) {
        case "model", "context" -> {
          Optional<String> id = streamId(bytes);
          if (id.isPresent()) {
            out.quoted(id.get());
            return;
          }
        }
        case "unique" -> {
          out.quoted(Multibase.BASE64.encodeBody(bytes.value()));
          return;
        }
        default -> {}
      }
    }
    IpldJson.write(value, out);
  }

  private static Optional<String> streamId(Ipld.Bytes bytes) {
    try {
      return Optional.of(StreamId.of(bytes.value()).toString());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void log(List<LogEntry> log, JsonBytes out) {
    out.put('[');
    for (int i = 0; i < log.size(); i++) {
      LogEntry entry = log.get(i);
      out.ascii(i == 0 ? "{\"cid\":" : ",{\"cid\":").quoted(entry.cid().toString());
      out.ascii(",\"type\":").number(entry.kind().ordinal());
      if (entry.expirationTime().isPresent()) {
        out.ascii(",\"expirationTime\":").number(entry.expirationTime().get().getEpochSecond());
      }
      if (entry.timestamp().isPresent()) {
        out.ascii(",\"timestamp\":").number(entry.timestamp().get().getEpochSecond());
      }
      out.put('}');
    }
    out.put(']');
  }

  private static void proof(AnchorProof proof, JsonBytes out) {
    out.ascii(",\"anchorProof\":{\"root\":").quoted(proof.root().toString());
    out.ascii(",\"txHash\":").quoted(proof.txHash().toString());
    proof.txType().ifPresent(type -> out.ascii(",\"txType\":").text(type));
    out.ascii(",\"chainId\":").text(proof.chainId()).put('}');
  }

  private static void next(Document.Next next, int type, JsonBytes out) {
    out.ascii(",\"next\":{");
    next.content()
        .ifPresent(
            content -> {
              out.ascii("\"content\":");
              IpldJson.write(content, out);
            });
    next.metadata()
        .ifPresent(
            metadata -> {
              out.ascii(next.content().isPresent() ? ",\"metadata\":" : "\"metadata\":");
              metadata(metadata, type, out);
            });
    out.put('}');
  }
}
