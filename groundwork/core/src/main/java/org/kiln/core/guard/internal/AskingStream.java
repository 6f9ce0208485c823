package org.kiln.core.guard.internal;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of an answer, written by a plugin's thread and passed on by the request's own: the
 * server uses the connection again once the request is over, whatever the plugin still does.
 */
final class AskingStream {
  private final OutputStream out;
  private volatile IOException gone;

  AskingStream(OutputStream out) {
    this.out = out;
  }

  /** What the plugin writes to. */
  OutputStream through(CallerThread caller) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int count) throws IOException {
        pass(caller, () -> out.write(bytes, from, count));
      }

      @Override
      public void flush() throws IOException {
        pass(caller, out::flush);
      }
    };
  }

  private interface Step {
    void run() throws IOException;
  }

  private void pass(CallerThread caller, Step step) throws IOException {
    try {
      caller.ask(
          () -> {
            step.run();
            return null;
          });
    } catch (IOException e) {
      gone = e;
      throw e;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Throws what the client's end threw, whatever the plugin made of it. */
  void rethrow() throws IOException {
    if (gone != null) {
      throw gone;
    }
  }
}
