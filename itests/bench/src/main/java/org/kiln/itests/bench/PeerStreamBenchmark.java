package org.kiln.itests.bench;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * One mebibyte over one stream between two hosts in this process (Noise, yamux, TCP on loopback),
 * beside the bare cipher: one mebibyte encrypted and decrypted in messages of Noise's size, on as
 * many threads as there are cores.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class PeerStreamBenchmark {
  private static final int MIB = 1 << 20;
  private static final Deadline LATER = Deadline.in(Duration.ofHours(1));

  private final byte[] mebibyte = new byte[MIB];
  private Host reader;
  private Host writer;
  private PeerStream stream;

  private static final class Sink implements NetworkProtocol {
    @Override
    public List<String> ids() {
      return List.of("/bench/sink/1.0.0");
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      byte[] buffer = new byte[64 * 1024];
      while (stream.read(buffer, 0, buffer.length, LATER) >= 0) {
        buffer[0]++;
      }
    }
  }

  /** One thread's cipher. */
  @State(Scope.Thread)
  public static class BareCipher {
    private static final int MESSAGE = 65_519;

    private final SecretKeySpec key = new SecretKeySpec(new byte[32], "ChaCha20");
    private final byte[] plain = new byte[MIB];
    private final byte[] wire = new byte[MESSAGE + 16];
    private final byte[] nonce = new byte[12];
    private long counter;
    private Cipher cipher;

    /** Makes the cipher. */
    @Setup(Level.Trial)
    public void open() throws GeneralSecurityException {
      cipher = Cipher.getInstance("ChaCha20-Poly1305");
    }

    private int roundTrip(int offset, int length) throws GeneralSecurityException {
      counter++;
      for (int i = 0; i < 8; i++) {
        nonce[4 + i] = (byte) (counter >>> 8 * i);
      }
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
      int size = cipher.doFinal(plain, offset, length, wire, 0);
      cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(nonce));
      return cipher.doFinal(wire, 0, size, plain, offset);
    }
  }

  /** Connects two hosts. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    reader = new Host(HostKey.random(), HostSettings.LOOPBACK);
    writer = new Host(HostKey.random(), HostSettings.LOOPBACK);
    reader.attach(new Sink());
    reader.start();
    writer.start();
    writer.connect(reader.self(), reader.addresses(), LATER);
    stream = writer.open(reader.self(), new Sink().ids(), LATER);
  }

  /** Closes them. */
  @TearDown(Level.Trial)
  public void close() {
    writer.close();
    reader.close();
  }

  /** Written to a stream, as fast as the other side reads. */
  @Benchmark
  public void stream() throws IOException {
    stream.write(mebibyte, 0, MIB, LATER);
  }

  /** Encrypted and decrypted, two threads side by side. */
  @Benchmark
  @Threads(2)
  public int cipher(BareCipher bare) throws GeneralSecurityException {
    int done = 0;
    while (done < MIB) {
      done += bare.roundTrip(done, Math.min(BareCipher.MESSAGE, MIB - done));
    }
    return done;
  }
}
