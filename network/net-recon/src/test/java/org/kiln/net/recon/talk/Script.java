package org.kiln.net.recon.talk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.net.Multiaddrs;

/** A stream whose other side says what was written down for it, and then ends. */
final class Script implements PeerStream {
  private static final PeerInfo PEER =
      PeerInfo.of(
              PeerId.parse("12D3KooWR1M8JiXyfdBKUhCLUmTJGhtNsgxnhvFVD4AU4EioDUwu"),
              Multiaddrs.parse("/ip4/127.0.0.1/tcp/4101"))
          .build();

  private final byte[] said;
  private final int piece;
  private int at;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  private boolean ended;
  private boolean reset;
  private boolean deaf;
  private IntConsumer reading = read -> {};

  /**
   * With all it says.
   *
   * @param piece so many bytes come at a time
   */
  Script(byte[] said, int piece) {
    this.said = said;
    this.piece = piece;
  }

  /** It takes nothing of what is written to it. */
  synchronized Script deaf() {
    deaf = true;
    return this;
  }

  /** What happens before each read, by the bytes read before. */
  Script reading(IntConsumer action) {
    reading = action;
    return this;
  }

  /** Bytes that were read of it. */
  int read() {
    return at;
  }

  synchronized byte[] heard() {
    return heard.toByteArray();
  }

  synchronized boolean isReset() {
    return reset;
  }

  synchronized boolean isEnded() {
    return ended;
  }

  @Override
  public PeerInfo peer() {
    return PEER;
  }

  @Override
  public String protocol() {
    return "/test";
  }

  @Override
  public int read(byte[] into, int offset, int length, Deadline deadline) {
    reading.accept(at);
    if (at == said.length) {
      return -1;
    }
    int n = Math.min(piece, Math.min(length, said.length - at));
    System.arraycopy(said, at, into, offset, n);
    at += n;
    return n;
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length, Deadline deadline)
      throws IOException {
    while (deaf && !reset) {
      awaitReset();
    }
    if (ended || reset) {
      throw new IOException("This side is closed");
    }
    heard.writeBytes(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  @Override
  public byte[] readFrame(int maxBytes, Deadline deadline) {
    throw new UnsupportedOperationException("Recon has no frames");
  }

  @Override
  public void writeFrame(byte[] frame, Deadline deadline) {
    throw new UnsupportedOperationException("Recon has no frames");
  }

  @Override
  public synchronized void closeWrite() {
    ended = true;
  }

  @Override
  public synchronized void reset() {
    reset = true;
    notifyAll();
  }

  private void awaitReset() throws IOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }

  @Override
  public synchronized void close() {
    ended = true;
  }
}
