package org.kiln.inspect.batch;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.inspect.Accounts;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.DagJson;
import org.kiln.ipld.Json;

/**
 * Answers vector entries one a line. A line that cannot be answered gets an error; the next goes
 * on.
 */
public final class Batch {
  private static final Set<String> STEPPED = Set.of("tile", "model", "mid", "caip10");

  private final Map<String, VectorFile> files;

  /** Answers with these accounts. */
  public Batch(Accounts accounts) {
    VectorFile stepsMissing =
        inputs -> {
          throw new RefusedException("inputs.steps is missing or not a list");
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
            Map.entry("caip10", new Caip10File()),
            Map.entry("tile", stepsMissing),
            Map.entry("model", stepsMissing),
            Map.entry("mid", stepsMissing));
  }

  /**
   * Answers one line {@code {"file": …, "inputs": {…}}}.
   *
   * @return one line of JSON without its end
   */
  public String answer(String line) {
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    try {
      Ipld.Map request = request(text);
      return hasSteps(request) ? plain(steps(text)) : dagJson(answer(request));
    } catch (Exception e) {
      return plain(Answers.refused(e.getMessage() == null ? e.toString() : e.getMessage()));
    }
  }

  private Ipld.Map answer(Ipld.Map request) throws Exception {
    String file = request.text("file").orElse("");
    VectorFile known = files.get(file);
    if (known == null) {
      throw new RefusedException("Unknown file \"" + file + "\"; known are " + files.keySet());
    }
    if (request.entries().get("inputs") instanceof Ipld.Map inputs) {
      return known.answer(new Inputs(inputs));
    }
    throw new RefusedException("The line has no inputs");
  }

  private static boolean hasSteps(Ipld.Map request) {
    return STEPPED.contains(request.text("file").orElse(""))
        && request.entries().get("inputs") instanceof Ipld.Map inputs
        && inputs.entries().get("steps") instanceof Ipld.List;
  }

  /** What is sent over HTTP is plain JSON, whatever its keys would mean in DAG-JSON. */
  private static Ipld.Map steps(byte[] text) throws Exception {
    if (Json.parseMap(text).entries().get("inputs") instanceof Ipld.Map inputs) {
      return new StepsFile().answer(new Inputs(inputs));
    }
    throw new RefusedException("The line has no inputs");
  }

  private static String dagJson(Ipld.Map answer) {
    try {
      return new String(DagJson.write(answer), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException reservedKey) {
      return plain(answer);
    }
  }

  private static String plain(Ipld.Map answer) {
    return new String(Json.write(answer), StandardCharsets.UTF_8);
  }

  /**
   * Links stand in the lines as DAG-JSON; a line that uses the key otherwise is read as plain JSON.
   */
  private static Ipld.Map request(byte[] text) throws CodecException {
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
