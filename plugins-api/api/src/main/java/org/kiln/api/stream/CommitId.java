package org.kiln.api.stream;

import java.io.ByteArrayOutputStream;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Multibase;

/**
 * The name of a stream's state right after one event.
 *
 * <p>Binary form: the StreamID's bytes followed by the event's CID, or by one zero byte when the
 * event is the init event. Immutable.
 *
 * @param stream the stream
 * @param event the event's CID; the init event's CID for the genesis
 */
public record CommitId(StreamId stream, Cid event) {

  /** The name of the stream's first state. */
  public static CommitId genesis(StreamId stream) {
    return new CommitId(stream, stream.init());
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when it is no CommitID
   */
  public static CommitId of(byte[] source) {
    return StreamRefs.commitOnly(StreamRefs.read(source), Multibase.BASE16.encodeBody(source));
  }

  /**
   * Parses {@code <commit id>} or {@code <stream id>?commit=<cid or 0>}, each also behind {@code
   * ceramic://} or {@code /ceramic/}.
   *
   * @throws IllegalArgumentException when the text is no CommitID
   */
  public static CommitId parse(String text) {
    return StreamRefs.commitOnly(StreamRefs.parse(text), text);
  }

  /** Whether this is the stream's first state. */
  public boolean isGenesis() {
    return event.equals(stream.init());
  }

  /** A copy of the binary form. */
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(84);
    out.writeBytes(stream.bytes());
    if (isGenesis()) {
      out.write(0);
    } else {
      event.writeTo(out);
    }
    return out.toByteArray();
  }

  /** {@code ceramic://<commit id>}. */
  public String url() {
    return "ceramic://" + this;
  }

  /** The base36 text. */
  @Override
  public String toString() {
    return Multibase.BASE36.encode(bytes());
  }
}
