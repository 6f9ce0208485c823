package org.kiln.api.stream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.ipld.Varint;

/** The one parser behind StreamID, CommitID and StreamRef. */
final class StreamRefs {
  private static final int MAX_TEXT = 400;
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*(?:ceramic://|/ceramic/)?(k[0-9a-z]+)"
              + "(?:\\?commit=([0-9A-Za-z]+)|\\?version=[0-9A-Za-z]*)?\\s*");

  private StreamRefs() {}

  static StreamRef parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "Invalid StreamID: text of " + text.length() + " characters");
    }
    if (bare(text)) {
      return read(Multibase.decode(text));
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("Invalid StreamID string " + text);
    }
    StreamRef ref = read(Multibase.decode(form.group(1)));
    String commit = form.group(2);
    if (commit == null) {
      return ref;
    }
    if (ref.event().isPresent()) {
      throw new IllegalArgumentException(
          "Invalid StreamID string " + text + ": contains commit twice");
    }
    Cid event = commit.equals("0") ? ref.stream().init() : Cid.parse(commit);
    return new StreamRef(ref.stream(), Optional.of(event));
  }

  /** Whether the text is the base36 form alone, which nearly every client sends. */
  private static boolean bare(String text) {
    if (text.length() < 2 || text.charAt(0) != 'k') {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'z')) {
        return false;
      }
    }
    return true;
  }

  static StreamRef read(byte[] source) {
    Varint.Decoded codec = Varint.readLenient(source, 0);
    if (codec.value() != StreamId.CODEC) {
      throw new IllegalArgumentException("Invalid StreamID, does not include streamid codec");
    }
    Varint.Decoded type = Varint.readLenient(source, codec.next());
    if (type.value() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("Stream type " + type.value() + " is out of range");
    }
    Cid.Decoded init = Cid.read(source, type.next());
    if (init.cid().version() != 1) {
      throw new IllegalArgumentException("Unknown CID version 18");
    }
    StreamId stream = StreamId.of((int) type.value(), init.cid());
    int rest = source.length - init.next();
    if (rest == 0) {
      return new StreamRef(stream, Optional.empty());
    }
    if (rest == 1 && source[init.next()] == 0) {
      return new StreamRef(stream, Optional.of(stream.init()));
    }
    Cid.Decoded event = Cid.read(source, init.next());
    // Bytes after the event's CID are passed over, as every other implementation does.
    if (event.cid().version() != 1) {
      throw new IllegalArgumentException("Invalid StreamID, unknown bytes after the CID");
    }
    return new StreamRef(stream, Optional.of(event.cid()));
  }

  static StreamId streamOnly(StreamRef ref, String shown) {
    if (ref.event().isPresent()) {
      throw new IllegalArgumentException("Invalid StreamID string " + shown + ": contains commit");
    }
    return ref.stream();
  }

  static CommitId commitOnly(StreamRef ref, String shown) {
    return ref.commit()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Error while parsing CommitID from "
                        + shown
                        + ": no commit information provided"));
  }
}
