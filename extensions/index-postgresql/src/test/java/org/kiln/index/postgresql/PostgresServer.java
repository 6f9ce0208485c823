package org.kiln.index.postgresql;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The machine's own PostgreSQL, with an empty directory, on a free port of the loopback interface,
 * until it is closed. It does not run as root, so root starts it as another user.
 */
final class PostgresServer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final Path bin;
  private final Path directory;
  private final int port;
  private final AtomicInteger schemas = new AtomicInteger();
  private Process process;

  private PostgresServer(Path bin, Path directory, int port) {
    this.bin = bin;
    this.directory = directory;
    this.port = port;
  }

  /** Starts one, or skips the test where PostgreSQL is not. */
  static PostgresServer start() throws IOException, InterruptedException {
    Optional<Path> bin = find();
    assumeTrue(bin.isPresent(), "PostgreSQL (initdb, postgres) is not installed");
    String made =
        run(user(List.of("mktemp", "-d", temporary().resolve("kiln-pg-XXXXXX").toString())));
    Path directory = Path.of(made.strip());
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    PostgresServer server = new PostgresServer(bin.get(), directory, port);
    run(
        user(
            List.of(
                bin.get().resolve("initdb").toString(),
                "--pgdata=" + directory.resolve("data"),
                "--username=kiln",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync")));
    server.begin();
    return server;
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static Optional<Path> find() throws IOException {
    List<Path> folders = new ArrayList<>();
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        versions
            .sorted(Comparator.reverseOrder())
            .forEach(version -> folders.add(version.resolve("bin")));
      }
    }
    Arrays.stream(System.getenv("PATH").split(":")).map(Path::of).forEach(folders::add);
    return folders.stream()
        .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
        .filter(folder -> Files.isExecutable(folder.resolve("postgres")))
        .findFirst();
  }

  private static List<String> user(List<String> command) {
    List<String> line = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      line.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
    }
    line.addAll(command);
    return line;
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("kiln-pg", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(temporary().toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(command + ": " + Files.readString(output));
      }
      return Files.readString(output);
    } finally {
      Files.delete(output);
    }
  }

  /** Starts it, and waits until it answers. */
  void begin() throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                user(
                    List.of(
                        bin.resolve("postgres").toString(),
                        "-D",
                        directory.resolve("data").toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "port=" + port,
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "fsync=off")))
            .directory(temporary().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try (Connection connection = Address.parse(url("public")).connect(true)) {
        assert connection != null;
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > end || !process.isAlive()) {
          throw new IllegalStateException("PostgreSQL does not answer", e);
        }
        process.waitFor(50, TimeUnit.MILLISECONDS);
      }
    }
  }

  /** Stops it at once, whoever is connected. */
  void end() throws IOException, InterruptedException {
    run(user(List.of("kill", "-INT", Long.toString(process.pid()))));
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  /** The address of an index in a schema that nobody else uses. */
  String fresh() throws SQLException {
    String schema = "s" + schemas.incrementAndGet();
    sql("CREATE SCHEMA " + schema);
    return url(schema);
  }

  String url(String schema) {
    return "postgresql://kiln@127.0.0.1:" + port + "/postgres?currentSchema=" + schema;
  }

  void sql(String statement) throws SQLException {
    try (Connection connection = Address.parse(url("public")).connect(true)) {
      Sessions.execute(connection, statement);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    end();
    run(user(List.of("rm", "-rf", directory.toString())));
  }
}
