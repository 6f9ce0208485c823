package org.kiln.http;

import java.io.IOException;
import java.io.OutputStream;

/** The body of a streamed answer; breaks off when its route wants to leave, so that it can. */
final class LeaseStream extends OutputStream {
  private final OutputStream out;
  private final RouteSlot slot;

  LeaseStream(OutputStream out, RouteSlot slot) {
    this.out = out;
    this.slot = slot;
  }

  @Override
  public void write(int b) throws IOException {
    check();
    out.write(b);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    check();
    out.write(bytes, from, count);
  }

  @Override
  public void flush() throws IOException {
    check();
    out.flush();
  }

  private void check() throws IOException {
    if (slot.leaving()) {
      throw new IOException("The route is being replaced");
    }
  }
}
