package org.kiln.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.Function;
import org.kiln.api.http.HttpBodyException;
import org.kiln.api.http.HttpProblem;

/**
 * A body that its route reads as it comes: all that was announced and no more than is accepted.
 * What goes wrong is said in the gateway's words, and again at each further read. For one thread.
 */
final class BodyStream extends InputStream {
  private final InputStream in;
  private final long announced;
  private final int maxBytes;
  private final Function<IOException, HttpProblem> problems;
  private long size;
  private HttpProblem broken;

  /**
   * A stream.
   *
   * @param announced bytes that must come; negative when nobody has said how many
   * @param problems what to answer for what the connection throws
   */
  BodyStream(
      InputStream in, long announced, int maxBytes, Function<IOException, HttpProblem> problems) {
    this.in = in;
    this.announced = announced;
    this.maxBytes = maxBytes;
    this.problems = problems;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    Objects.checkFromIndexSize(from, count, bytes.length);
    if (broken == null && count > 0) {
      try {
        return counted(in.read(bytes, from, count));
      } catch (IOException e) {
        broken = problems.apply(e);
      } catch (HttpProblem e) {
        broken = e;
      }
    }
    if (broken != null) {
      throw new HttpBodyException(broken);
    }
    return 0;
  }

  private int counted(int read) throws IOException, HttpProblem {
    if (read < 0 && size < announced) {
      throw new EOFException();
    }
    size += Math.max(0, read);
    if (size > maxBytes) {
      throw Bodies.tooLarge(maxBytes);
    }
    return read;
  }
}
