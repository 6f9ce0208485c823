package org.kiln.anchor.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.kiln.anchor.evm.JsonRpc.RpcException;
import org.kiln.api.plugin.Deadline;

/** The questions we ask a chain. Thread-safe. */
final class EvmNode implements AutoCloseable {
  /** The end of the year 9999, the last that dates are written of. */
  private static final BigInteger LAST_SECOND = BigInteger.valueOf(253_402_300_799L);

  private static final String NAMESPACE = "eip155:";

  private final String chainId;
  private final JsonRpc rpc;
  private volatile boolean checked;

  /**
   * The node of a chain.
   *
   * @param chainId CAIP-2 text, {@code eip155:<number>}
   * @throws IllegalArgumentException when it is of another namespace
   */
  EvmNode(String chainId, URI url) {
    number(chainId);
    this.chainId = chainId;
    this.rpc = new JsonRpc(url);
  }

  /** The chain's number in its CAIP-2 text. */
  static long number(String chainId) {
    if (!chainId.matches(NAMESPACE + "[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException("Not a chain of the namespace eip155: '" + chainId + "'");
    }
    return Long.parseLong(chainId.substring(NAMESPACE.length()));
  }

  String chainId() {
    return chainId;
  }

  long chainNumber() {
    return number(chainId);
  }

  /**
   * A block.
   *
   * @param timestamp unix seconds
   * @param baseFee EIP-1559, empty on chains without
   */
  record Block(long number, long timestamp, Optional<BigInteger> baseFee) {}

  /**
   * A transaction.
   *
   * @param to the address called, lower-case; empty for a contract's creation
   * @param blockHash empty while it is in no block
   */
  record Transaction(
      Optional<String> to, byte[] input, Optional<String> blockHash, Optional<Long> blockNumber) {}

  /** A transaction in a block. */
  record Receipt(long blockNumber, boolean succeeded) {}

  /**
   * Demands that the node serves the chain it is configured for; asked once.
   *
   * @throws IOException when it serves another
   */
  void requireChain(Deadline deadline) throws IOException, RpcException {
    if (!checked) {
      BigInteger served = ask("eth_chainId", EvmNode::quantity, deadline);
      if (!served.equals(BigInteger.valueOf(chainNumber()))) {
        throw new IOException(
            "The node configured for chain " + chainId + " serves chain eip155:" + served);
      }
      checked = true;
    }
  }

  Optional<Transaction> transaction(String hash, Deadline deadline)
      throws IOException, RpcException {
    return ask("eth_getTransactionByHash", EvmNode::readTransaction, deadline, hash);
  }

  /** What the fuzzer calls: the result of eth_getTransactionByHash, from whatever node. */
  static Optional<Transaction> transaction(JsonNode result) throws IOException {
    return read("eth_getTransactionByHash", EvmNode::readTransaction, result);
  }

  /** The same of eth_getTransactionReceipt. */
  static Optional<Receipt> receipt(JsonNode result) throws IOException {
    return read("eth_getTransactionReceipt", EvmNode::readReceipt, result);
  }

  /** The same of eth_getBlockByHash. */
  static Optional<Block> block(JsonNode result) throws IOException {
    return read("eth_getBlockByHash", EvmNode::readBlock, result);
  }

  private static Optional<Transaction> readTransaction(JsonNode tx) {
    if (tx.isNull()) {
      return Optional.empty();
    }
    JsonNode input = tx.hasNonNull("input") ? tx.get("input") : tx.path("data");
    return Optional.of(
        new Transaction(
            text(tx, "to").map(to -> to.toLowerCase(Locale.ROOT)),
            Hex.data(input.asText()),
            text(tx, "blockHash"),
            text(tx, "blockNumber").map(number -> Hex.quantity(number).longValueExact())));
  }

  Optional<Receipt> receipt(String hash, Deadline deadline) throws IOException, RpcException {
    return ask("eth_getTransactionReceipt", EvmNode::readReceipt, deadline, hash);
  }

  private static Optional<Receipt> readReceipt(JsonNode receipt) {
    if (receipt.isNull() || !receipt.hasNonNull("blockNumber")) {
      return Optional.empty();
    }
    return Optional.of(
        new Receipt(
            quantity(receipt.get("blockNumber")).longValueExact(),
            // Before Byzantium receipts had no status.
            !receipt.hasNonNull("status") || quantity(receipt.get("status")).signum() > 0));
  }

  Optional<Block> blockByHash(String hash, Deadline deadline) throws IOException, RpcException {
    return ask("eth_getBlockByHash", EvmNode::readBlock, deadline, hash, false);
  }

  Block latest(Deadline deadline) throws IOException, RpcException {
    return ask("eth_getBlockByNumber", EvmNode::readBlock, deadline, "latest", false)
        .orElseThrow(() -> new IOException("The chain's node has no latest block"));
  }

  private static Optional<Block> readBlock(JsonNode block) {
    if (block.isNull()) {
      return Optional.empty();
    }
    return Optional.of(
        new Block(
            quantity(block.path("number")).longValueExact(),
            seconds(quantity(block.path("timestamp"))),
            text(block, "baseFeePerGas").map(Hex::quantity)));
  }

  private static long seconds(BigInteger timestamp) {
    if (timestamp.compareTo(LAST_SECOND) > 0) {
      throw new IllegalArgumentException("No block is of second " + timestamp);
    }
    return timestamp.longValueExact();
  }

  /** Transactions of an account that are in blocks. */
  BigInteger nonce(String address, Deadline deadline) throws IOException, RpcException {
    return ask("eth_getTransactionCount", EvmNode::quantity, deadline, address, "latest");
  }

  BigInteger gasPrice(Deadline deadline) throws IOException, RpcException {
    return ask("eth_gasPrice", EvmNode::quantity, deadline);
  }

  /** What miners want on top of the base fee; empty when the node does not say. */
  Optional<BigInteger> priorityFee(Deadline deadline) throws IOException {
    try {
      return Optional.of(ask("eth_maxPriorityFeePerGas", EvmNode::quantity, deadline));
    } catch (RpcException e) {
      return Optional.empty();
    }
  }

  BigInteger estimateGas(String from, String to, byte[] input, Deadline deadline)
      throws IOException, RpcException {
    ObjectNode call = JsonRpc.object().put("from", from).put("to", to).put("data", Hex.data(input));
    return ask("eth_estimateGas", EvmNode::quantity, deadline, call);
  }

  void send(byte[] raw, Deadline deadline) throws IOException, RpcException {
    rpc.call("eth_sendRawTransaction", deadline, Hex.data(raw));
  }

  private <T> T ask(
      String method, Function<JsonNode, T> reader, Deadline deadline, Object... params)
      throws IOException, RpcException {
    return read(method, reader, rpc.call(method, deadline, params));
  }

  private static <T> T read(String method, Function<JsonNode, T> reader, JsonNode result)
      throws IOException {
    try {
      return reader.apply(result);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(
          "The chain's node answered " + method + " with nonsense: " + e.getMessage(), e);
    }
  }

  private static BigInteger quantity(JsonNode node) {
    return Hex.quantity(node.asText());
  }

  private static Optional<String> text(JsonNode node, String name) {
    return node.hasNonNull(name) ? Optional.of(node.get(name).asText()) : Optional.empty();
  }

  @Override
  public void close() {
    rpc.close();
  }
}
