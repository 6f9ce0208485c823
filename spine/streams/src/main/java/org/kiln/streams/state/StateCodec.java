package org.kiln.streams.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;
import org.kiln.core.identity.SignatureValidity;
import org.kiln.core.stream.LogTimes;
import org.kiln.ipld.DagCbor;

/**
 * The bytes of a checkpoint: a DAG-CBOR list that begins with a version. Maps are kept as lists,
 * because the order of their keys is part of what clients see and DAG-CBOR would sort it.
 */
public final class StateCodec {
  private static final long VERSION = 1;
  private static final Ipld MAP = Ipld.of(0);
  private static final Ipld LIST = Ipld.of(1);

  private StateCodec() {}

  static byte[] encode(DerivedState derivedState) {
    StreamState state = derivedState.state();
    Document document = state.document();
    List<Ipld> log = new ArrayList<>(state.log().size());
    for (LogEntry entry : state.log()) {
      log.add(
          Ipld.list(
              new Ipld.Bytes(entry.cid().bytes()),
              Ipld.of(entry.kind().ordinal()),
              optional(LogTimes.seconds(entry.timestamp())),
              optional(LogTimes.seconds(entry.expirationTime()))));
    }
    return DagCbor.encode(
        Ipld.list(
            Ipld.of(VERSION),
            Ipld.of(derivedState.sequence()),
            Ipld.of(derivedState.stored()),
            derivedState.order().<Ipld>map(id -> new Ipld.Bytes(id.bytes())).orElse(Ipld.NULL),
            derivedState.missing().<Ipld>map(missing -> Ipld.of(missing.text())).orElse(Ipld.NULL),
            Ipld.of(state.typeRevision()),
            Ipld.of(document.signature().ordinal()),
            pack(document.content()),
            pack(document.metadata()),
            Ipld.of(document.next().isPresent()),
            document.next().flatMap(Document.Next::content).map(StateCodec::some).orElse(Ipld.NULL),
            document
                .next()
                .flatMap(Document.Next::metadata)
                .map(StateCodec::some)
                .orElse(Ipld.NULL),
            state.anchorProof().map(StateCodec::proof).orElse(Ipld.NULL),
            new Ipld.List(log),
            derivedState.signers().validities().map(StateCodec::validities).orElse(Ipld.NULL)));
  }

  /**
   * Reads a checkpoint.
   *
   * @return empty when it is of another version; the state is then derived from the log
   */
  public static Optional<DerivedState> decode(StreamId stream, byte[] bytes) throws CodecException {
    List<Ipld> fields = ((Ipld.List) DagCbor.decode(bytes)).items();
    if (number(fields.get(0)) != VERSION) {
      return Optional.empty();
    }
    List<LogEntry> log = new ArrayList<>();
    for (Ipld item : ((Ipld.List) fields.get(13)).items()) {
      List<Ipld> entry = ((Ipld.List) item).items();
      log.add(
          LogTimes.line(
              Cid.of(((Ipld.Bytes) entry.get(0)).value()),
              LogEntry.Kind.values()[(int) number(entry.get(1))],
              optional(entry.get(2)),
              optional(entry.get(3))));
    }
    Document document =
        Document.of(
            unpack(fields.get(7)),
            (Ipld.Map) unpack(fields.get(8)),
            Document.Signature.values()[(int) number(fields.get(6))]);
    if (fields.get(9).equals(Ipld.TRUE)) {
      document =
          document.with(
              new Document.Next(
                  maybe(fields.get(10)), maybe(fields.get(11)).map(Ipld.Map.class::cast)));
    }
    StreamState state =
        StreamState.of(stream, (int) number(fields.get(5)), document, StreamLog.of(log));
    if (fields.get(12) instanceof Ipld.Map proof) {
      state = state.with(Optional.of(proof(proof)));
    }
    // Checkpoints of earlier releases do not have it.
    Signers signers = fields.size() > 14 ? signers(fields.get(14)) : Signers.UNKNOWN;
    return Optional.of(
        DerivedState.of(
            new Applied(state, signers),
            number(fields.get(1)),
            (int) number(fields.get(2)),
            fields.get(3) instanceof Ipld.Bytes order
                ? Optional.of(EventId.of(order.value()))
                : Optional.empty(),
            fields.get(4) instanceof Ipld.Text missing
                ? Optional.of(KeptDependency.parse(missing.value()))
                : Optional.empty()));
  }

  private static Ipld validities(List<SignatureValidity> validities) {
    return new Ipld.List(
        validities.stream()
            .map(
                one ->
                    (Ipld)
                        Ipld.list(
                            Ipld.of(one.kid().toString()),
                            Ipld.of(one.account()),
                            Ipld.of(one.from()),
                            Ipld.of(one.until())))
            .toList());
  }

  private static Signers signers(Ipld value) {
    if (!(value instanceof Ipld.List list)) {
      return Signers.UNKNOWN;
    }
    List<SignatureValidity> validities = new ArrayList<>(list.items().size());
    for (Ipld item : list.items()) {
      List<Ipld> one = ((Ipld.List) item).items();
      validities.add(
          new SignatureValidity(
              DidUrl.parse(((Ipld.Text) one.get(0)).value()),
              ((Ipld.Text) one.get(1)).value(),
              number(one.get(2)),
              number(one.get(3))));
    }
    return new Signers(Optional.of(validities));
  }

  private static Ipld proof(AnchorProof proof) {
    LinkedHashMap<String, Ipld> fields = new LinkedHashMap<>();
    fields.put("chainId", Ipld.of(proof.chainId()));
    fields.put("root", Ipld.of(proof.root()));
    fields.put("txHash", Ipld.of(proof.txHash()));
    proof.txType().ifPresent(type -> fields.put("txType", Ipld.of(type)));
    return new Ipld.Map(fields);
  }

  private static AnchorProof proof(Ipld.Map fields) {
    return new AnchorProof(
        fields.text("chainId").orElseThrow(),
        ((Ipld.Link) fields.entries().get("root")).cid(),
        ((Ipld.Link) fields.entries().get("txHash")).cid(),
        fields.text("txType"));
  }

  /**
   * Keeps the order of map keys: a map becomes [0, k, v, k, v, …], a list [1, …]; no level deeper.
   */
  private static Ipld pack(Ipld value) {
    return switch (value) {
      case Ipld.Map map -> {
        List<Ipld> items = new ArrayList<>(map.entries().size() * 2 + 1);
        items.add(MAP);
        for (Map.Entry<String, Ipld> entry : map.entries().entrySet()) {
          items.add(Ipld.of(entry.getKey()));
          items.add(pack(entry.getValue()));
        }
        yield new Ipld.List(items);
      }
      case Ipld.List list -> {
        List<Ipld> items = new ArrayList<>(list.items().size() + 1);
        items.add(LIST);
        for (Ipld item : list.items()) {
          items.add(pack(item));
        }
        yield new Ipld.List(items);
      }
      default -> value;
    };
  }

  private static Ipld unpack(Ipld value) {
    if (!(value instanceof Ipld.List packed)) {
      return value;
    }
    List<Ipld> items = packed.items();
    if (items.get(0).equals(LIST)) {
      return new Ipld.List(
          items.subList(1, items.size()).stream().map(StateCodec::unpack).toList());
    }
    LinkedHashMap<String, Ipld> entries = new LinkedHashMap<>();
    for (int i = 1; i < items.size(); i += 2) {
      entries.put(((Ipld.Text) items.get(i)).value(), unpack(items.get(i + 1)));
    }
    return new Ipld.Map(entries);
  }

  private static Ipld some(Ipld value) {
    return Ipld.list(pack(value));
  }

  private static Optional<Ipld> maybe(Ipld value) {
    return value instanceof Ipld.List one
        ? Optional.of(unpack(one.items().get(0)))
        : Optional.empty();
  }

  private static Ipld optional(OptionalLong value) {
    return value.isPresent() ? Ipld.of(value.getAsLong()) : Ipld.NULL;
  }

  private static OptionalLong optional(Ipld value) {
    return value instanceof Ipld.Int number
        ? OptionalLong.of(number.value().longValueExact())
        : OptionalLong.empty();
  }

  private static long number(Ipld value) {
    return ((Ipld.Int) value).value().longValueExact();
  }
}
