package org.kiln.inspect;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.inspect.batch.Batch;

/**
 * The command {@code kiln inspect}: prints what is in an identifier, a block, a CAR or an event as
 * JSON, and verifies what can be verified without a node.
 */
public final class Inspect {
  private static final String USAGE =
      """
      kiln inspect [--codec NAME] [--batch] [<thing> | @file | -]

      Prints what is in a thing as JSON, its hashes and signatures verified:
        a StreamID, CommitID, EventId, CID or DID
        a block, CAR or event in hexadecimal, multibase or base64, or in a file (@file, - for standard input)
        the JSON form of an event, a compact JWS
      --codec NAME   read the bytes as dag-cbor, dag-jose, dag-json, json, car or raw
      --batch        one JSON object {"file", "inputs"} a line in, one JSON object a line out\
      """;

  private final InputStream in;
  private final PrintStream out;
  private final Accounts accounts = new Accounts();

  Inspect(InputStream in, PrintStream out) {
    this.in = in;
    this.out = out;
  }

  /** Runs the command; ends the process with 0, 1 when a thing is refused, 2 when asked wrongly. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    int status = new Inspect(System.in, out).run(List.of(arguments));
    out.flush();
    if (status != 0) {
      System.exit(status);
    }
  }

  int run(List<String> arguments) {
    Optional<String> codec = Optional.empty();
    Optional<String> thing = Optional.empty();
    boolean batch = false;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--batch")) {
        batch = true;
      } else if (argument.equals("--codec") && i + 1 < arguments.size()) {
        codec = Optional.of(arguments.get(++i));
      } else if (argument.equals("--help") || argument.startsWith("--") || thing.isPresent()) {
        out.println(USAGE);
        return argument.equals("--help") ? 0 : 2;
      } else {
        thing = Optional.of(argument);
      }
    }
    try {
      if (batch) {
        return batch(thing.orElse("-"));
      }
      if (thing.isEmpty()) {
        out.println(USAGE);
        return 2;
      }
      out.println(ReadableJson.of(describe(thing.get(), codec)));
      return 0;
    } catch (RefusedException | CodecException | IOException | IllegalArgumentException e) {
      out.println(ReadableJson.of(Ipld.map("error", Ipld.of(String.valueOf(e.getMessage())))));
      return 1;
    }
  }

  private Ipld.Map describe(String thing, Optional<String> codec)
      throws RefusedException, CodecException, IOException {
    InputDecoder things = new InputDecoder(accounts);
    Optional<byte[]> content = content(thing);
    if (content.isPresent()) {
      Optional<String> text = InputDecoder.text(content.get());
      if (text.isEmpty() || codec.filter(name -> name.endsWith("json")).isPresent()) {
        return codec.isPresent()
            ? things.ofCodec(codec.get(), content.get())
            : things.ofBytes(content.get());
      }
      return ofText(things, text.get().strip(), codec);
    }
    return ofText(things, thing, codec);
  }

  private static Ipld.Map ofText(InputDecoder things, String text, Optional<String> codec)
      throws RefusedException, CodecException {
    if (codec.isEmpty()) {
      return things.ofText(text);
    }
    if (codec.get().endsWith("json")) {
      return things.ofCodec(codec.get(), text.getBytes(StandardCharsets.UTF_8));
    }
    CodecException last = new CodecException("No bytes in a known base");
    for (byte[] bytes : InputDecoder.readings(text)) {
      try {
        return things.ofCodec(codec.get(), bytes);
      } catch (CodecException e) {
        last = e;
      }
    }
    throw last;
  }

  private Optional<byte[]> content(String thing) throws IOException, RefusedException {
    if (thing.equals("-")) {
      return Optional.of(in.readAllBytes());
    }
    if (!thing.startsWith("@")) {
      return Optional.empty();
    }
    Path file = Path.of(thing.substring(1));
    if (!Files.isReadable(file)) {
      throw new RefusedException("Cannot read " + file);
    }
    return Optional.of(Files.readAllBytes(file));
  }

  private int batch(String thing) throws IOException, RefusedException {
    InputStream source = in;
    if (thing.startsWith("@")) {
      Path file = Path.of(thing.substring(1));
      if (!Files.isReadable(file)) {
        throw new RefusedException("Cannot read " + file);
      }
      source = Files.newInputStream(file);
    }
    Batch lines = new Batch(accounts);
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(source, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          out.println(lines.answer(line));
          out.flush();
        }
      }
    }
    return 0;
  }
}
