package org.kiln.inspect.batch;

import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.inspect.Identifiers;
import org.kiln.inspect.RefusedException;

/** {@code streamids}: identifiers built and parsed. */
final class StreamIdsFile implements VectorFile {

  @Override
  public Ipld.Map answer(Inputs inputs) throws RefusedException {
    if (inputs.has("parser")) {
      return Identifiers.describe(parsed(inputs)).with("ok", Ipld.TRUE);
    }
    if (inputs.has("constant")) {
      return Identifiers.describe(new StreamRef(StreamId.MODEL, Optional.empty()));
    }
    StreamRef built = built(inputs);
    Ipld.Map answer = Identifiers.describe(built);
    try {
      StreamRef.of(built.commit().map(CommitId::bytes).orElseGet(built.stream()::bytes));
      return answer;
    } catch (IllegalArgumentException e) {
      return answer.with("reparsed", Answers.refused(e.getMessage()));
    }
  }

  private static StreamRef built(Inputs inputs) throws RefusedException {
    Cid init = inputs.cid("cid");
    StreamId stream = StreamId.of((int) inputs.number("type"), init);
    Optional<Cid> event =
        inputs
            .optionalText("commit")
            .map(commit -> commit.equals("init") ? init : Cid.parse(commit));
    return new StreamRef(stream, event);
  }

  private static StreamRef parsed(Inputs inputs) throws RefusedException {
    String parser = inputs.text("parser");
    if (inputs.has("bytesHex")) {
      byte[] bytes = inputs.hex("bytesHex");
      return switch (parser) {
        case "StreamID" -> of(StreamId.of(bytes));
        case "CommitID" -> of(CommitId.of(bytes));
        default -> StreamRef.of(bytes);
      };
    }
    String text = inputs.text("string");
    return switch (parser) {
      case "StreamID" -> of(StreamId.parse(text));
      case "CommitID" -> of(CommitId.parse(text));
      default -> StreamRef.parse(text);
    };
  }

  private static StreamRef of(StreamId stream) {
    return new StreamRef(stream, Optional.empty());
  }

  private static StreamRef of(CommitId commit) {
    return new StreamRef(commit.stream(), Optional.of(commit.event()));
  }
}
