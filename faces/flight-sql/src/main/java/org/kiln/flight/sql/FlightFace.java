package org.kiln.flight.sql;

import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.kiln.core.sql.SqlTables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server. */
public final class FlightFace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlightFace.class);

  /** Of answers under way; each is sent in pieces of about 1 MB. */
  private static final long MEMORY = 64L << 20;

  /** Each open feed has one; the tables allow 1 000. */
  private static final int THREADS = 1_100;

  /** Statements and parameters are short. */
  private static final int MOST_INBOUND = 2 << 20;

  private final BufferAllocator allocator;
  private final SqlProducer producer;
  private final ExecutorService threads;
  private final FlightServer server;
  private final String host;

  /**
   * Listens.
   *
   * @param host where; loopback unless the operator says otherwise
   * @param port 0 for any that is free
   * @param tables what is asked
   * @param version of the node, for clients that ask
   * @throws IOException when the port is taken
   */
  public FlightFace(String host, int port, SqlTables tables, String version) throws IOException {
    this.host = host;
    allocator = new RootAllocator(MEMORY);
    producer = new SqlProducer(tables, allocator, version);
    threads =
        new ThreadPoolExecutor(
            0,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("kiln-sql-", 0).factory());
    Consumer<NettyServerBuilder> settings =
        builder ->
            builder
                // The npm client pings every 5 min, also when it asks nothing.
                .permitKeepAliveWithoutCalls(true)
                .permitKeepAliveTime(10, TimeUnit.SECONDS);
    try {
      server =
          FlightServer.builder(allocator, Location.forGrpcInsecure(host, port), producer)
              .executor(threads)
              .maxInboundMessageSize(MOST_INBOUND)
              .transportHint("grpc.builderConsumer", settings)
              .build()
              .start();
    } catch (IOException | RuntimeException e) {
      threads.shutdownNow();
      allocator.close();
      throw e;
    }
  }

  /**
   * Asks itself for a row, as a client does.
   *
   * @param patience how long it may take once it is connected
   * @throws RuntimeException when none comes; the message says why
   */
  public void ask(Duration patience) {
    Location here = Location.forGrpcInsecure(host, port());
    try (FlightClient client = FlightClient.builder(allocator, here).build();
        FlightStream answer =
            client.getStream(
                producer.ticket("SELECT 1 AS one"),
                CallOptions.timeout(patience.toMillis(), TimeUnit.MILLISECONDS))) {
      if (!answer.next() || answer.getRoot().getRowCount() != 1) {
        throw new IllegalStateException("SELECT 1 gave no row");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("It was not waited for", e);
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Ends all answers, and listens no more. */
  @Override
  public void close() {
    server.shutdown();
    producer.close();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
      server.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdown();
    try {
      allocator.close();
    } catch (IllegalStateException e) {
      // A client that vanished has left buffers behind; they go with the bundle.
      LOG.debug("Buffers are left", e);
    }
  }
}
