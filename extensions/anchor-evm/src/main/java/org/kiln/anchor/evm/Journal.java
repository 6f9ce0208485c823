package org.kiln.anchor.evm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.anchor.evm.EvmTransaction.Fees;
import org.kiln.api.ipld.Cid;

/**
 * What was sent for which root: a file of one JSON object a line, each on the disk before its
 * transaction goes out. So a root is never paid for twice because somebody forgot. A last line that
 * was cut short by a crash is passed over: its transaction was never sent. Thread-safe.
 */
final class Journal implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEPT_ROOTS = 200;

  private final FileChannel file;
  private final Map<Cid, List<Sent>> byRoot;

  private Journal(FileChannel file, Map<Cid, List<Sent>> byRoot) {
    this.file = file;
    this.byRoot = byRoot;
  }

  /**
   * A transaction that went out, or was about to.
   *
   * @param hash {@code 0x} hexadecimal
   * @param raw the signed transaction
   * @param sentAt unix milliseconds
   */
  record Sent(Cid root, BigInteger nonce, String hash, byte[] raw, Fees fees, long sentAt) {}

  /**
   * Opens the file, creating it and its folder, and drops what is old.
   *
   * @throws IOException when it cannot be read or written
   */
  static Journal open(Path path) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    Map<Cid, List<Sent>> byRoot = new LinkedHashMap<>();
    if (Files.exists(path)) {
      for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
        read(line).ifPresent(sent -> remember(byRoot, sent));
      }
    }
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (List<Sent> all : byRoot.values()) {
        for (Sent sent : all) {
          append(out, sent);
        }
      }
      out.force(true);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return new Journal(
        FileChannel.open(path, StandardOpenOption.APPEND, StandardOpenOption.WRITE), byRoot);
  }

  /** Writes a transaction down; on the disk when it comes back. */
  synchronized void write(Sent sent) throws IOException {
    append(file, sent);
    file.force(false);
    remember(byRoot, sent);
  }

  /** The transactions for a root, oldest first. */
  synchronized List<Sent> of(Cid root) {
    return List.copyOf(byRoot.getOrDefault(root, List.of()));
  }

  /** The newest transaction with that nonce, whatever its root. */
  synchronized Optional<Sent> withNonce(BigInteger nonce) {
    return byRoot.values().stream()
        .flatMap(List::stream)
        .filter(sent -> sent.nonce().equals(nonce))
        .reduce((earlier, later) -> later.sentAt() >= earlier.sentAt() ? later : earlier);
  }

  private static void remember(Map<Cid, List<Sent>> byRoot, Sent sent) {
    byRoot.computeIfAbsent(sent.root(), k -> new ArrayList<>()).add(sent);
    if (byRoot.size() > KEPT_ROOTS) {
      byRoot.remove(byRoot.keySet().iterator().next());
    }
  }

  private static void append(FileChannel out, Sent sent) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("root", sent.root().toString());
    line.put("nonce", sent.nonce().toString());
    line.put("hash", sent.hash());
    line.put("raw", Hex.data(sent.raw()));
    switch (sent.fees()) {
      case Fees.Dynamic dynamic ->
          line.put("maxFee", dynamic.max().toString()).put("tip", dynamic.tip().toString());
      case Fees.Legacy legacy -> line.put("gasPrice", legacy.price().toString());
    }
    line.put("at", sent.sentAt());
    ByteBuffer bytes =
        ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static Optional<Sent> read(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      Fees fees =
          node.hasNonNull("gasPrice")
              ? new Fees.Legacy(new BigInteger(node.get("gasPrice").asText()))
              : new Fees.Dynamic(
                  new BigInteger(node.path("maxFee").asText()),
                  new BigInteger(node.path("tip").asText()));
      return Optional.of(
          new Sent(
              Cid.parse(node.path("root").asText()),
              new BigInteger(node.path("nonce").asText()),
              node.path("hash").asText(),
              Hex.data(node.path("raw").asText()),
              fees,
              node.path("at").asLong()));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
