package org.kiln.inspect.batch;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.kiln.api.ipld.Ipld;
import org.kiln.inspect.Accounts;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.CodecException;
import org.kiln.ipld.DagJson;
import org.kiln.ipld.Json;

/** Answers vector entries one a line. A line that cannot be answered gets an error; the next goes on. */
public final class Batch {
  private final Map<String, VectorFile> files;

  /** Answers with these accounts. */
  public Batch(Accounts accounts) {
    VectorFile streamsNeeded =
        inputs -> {
          throw new RefusedException(
              "Cases with steps need a running node, which this command has not");
        };
    this.files =
        Map.ofEntries(
            Map.entry("streamids", new StreamIdsFile()),
            Map.entry("dagcbor", new DagCborFile()),
            Map.entry("dagjose", new DagJoseFile()),
            Map.entry("jws", new JwsFile(accounts)),
            Map.entry("cacao", new CacaoFile(accounts)),
            Map.entry("eventids", new EventIdsFile()),
            Map.entry("eventcars", new EventCarsFile(accounts)),
            Map.entry("timeevents", new TimeEventsFile()),
            Map.entry("pubsub", new PubsubFile()),
            Map.entry("caip10", new Caip10File(streamsNeeded)),
            Map.entry("tile", streamsNeeded),
            Map.entry("model", streamsNeeded),
            Map.entry("mid", streamsNeeded));
  }

  /**
   * Answers one line {@code {"file": …, "inputs": {…}}}.
   *
   * @return one line of JSON without its end
   */
  public String answer(String line) {
    Ipld.Map answer;
    try {
      Ipld.Map request = request(line);
      String file = request.text("file").orElse("");
      VectorFile known = files.get(file);
      if (known == null) {
        answer = Answers.refused("Unknown file \"" + file + "\"; known are " + files.keySet());
      } else if (request.entries().get("inputs") instanceof Ipld.Map inputs) {
        answer = known.answer(new Inputs(inputs));
      } else {
        answer = Answers.refused("The line has no inputs");
      }
    } catch (Exception e) {
      answer = Answers.refused(e.getMessage() == null ? e.toString() : e.getMessage());
    }
    try {
      return new String(DagJson.write(answer), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException reservedKey) {
      return new String(Json.write(answer), StandardCharsets.UTF_8);
    }
  }

  /** Links stand in the lines as DAG-JSON; a line that uses the key otherwise is read as plain JSON. */
  private static Ipld.Map request(String line) throws CodecException {
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    Ipld value;
    try {
      value = Json.numbers(DagJson.parse(text));
    } catch (CodecException noDagJson) {
      value = Json.parse(text);
    }
    if (value instanceof Ipld.Map map) {
      return map;
    }
    throw new CodecException("The line is not a JSON object");
  }
}
