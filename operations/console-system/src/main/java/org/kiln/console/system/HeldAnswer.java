package org.kiln.console.system;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** An answer of text that is held back as a whole, up to a bound. For one thread. */
final class HeldAnswer extends HttpServletResponseWrapper {
  private static final int MAX_BYTES = 32 << 20;

  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private final ServletOutputStream out = new Held();
  private final PrintWriter writer =
      new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));

  HeldAnswer(HttpServletResponse response) {
    super(response);
  }

  /** What was written. */
  String text() {
    writer.flush();
    return held.toString(StandardCharsets.UTF_8);
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return out;
  }

  @Override
  public PrintWriter getWriter() {
    if (getContentType() != null) {
      setCharacterEncoding("UTF-8");
    }
    return writer;
  }

  @Override
  public void setContentLength(int length) {
    // Another text may be as long as another.
  }

  @Override
  public void setContentLengthLong(long length) {
    // See above.
  }

  @Override
  public void flushBuffer() {
    // It is held back.
  }

  private final class Held extends ServletOutputStream {
    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new IllegalStateException("This answer is written by its own thread");
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (held.size() + length > MAX_BYTES) {
        throw new IOException("An answer of more than " + MAX_BYTES + " bytes");
      }
      held.write(bytes, offset, length);
    }
  }
}
