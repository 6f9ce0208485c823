package org.kiln.anchor.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kiln.kit.crypto.Hashes;

/** A chain whose node makes a block of every transaction at once, and empty ones when told. */
final class FakeChain implements AutoCloseable {
  static final String ID = "eip155:1337";

  private static final byte[] SELECTOR = HexFormat.of().parseHex("97ad09eb");
  private static final int CALL_BYTES = 36;

  private final FakeRpc rpc = new FakeRpc();
  private final Map<String, Mined> transactions = new LinkedHashMap<>();
  private long height = 100;

  private record Mined(long block, String input) {}

  FakeChain() throws IOException {
    rpc.result("eth_chainId", "\"0x539\"")
        .result("eth_getTransactionCount", params -> quantity(transactions.size()))
        .result("eth_estimateGas", "\"0x8000\"")
        .result("eth_maxPriorityFeePerGas", "\"0x1\"")
        .result("eth_gasPrice", "\"0x10\"")
        .result("eth_getBlockByNumber", params -> block(height))
        .result("eth_getBlockByHash", params -> block(number(params.get(0).asText())))
        .result("eth_sendRawTransaction", this::send)
        .result("eth_getTransactionByHash", params -> transaction(params.get(0).asText()))
        .result("eth_getTransactionReceipt", params -> receipt(params.get(0).asText()));
  }

  EvmNode node() {
    return new EvmNode(ID, rpc.url());
  }

  /** Makes empty blocks. */
  void mine(int blocks) {
    synchronized (rpc) {
      height += blocks;
    }
  }

  // The methods below run under the lock of the fake node.

  private String send(JsonNode params) {
    byte[] raw = Hex.data(params.get(0).asText());
    String hash = Hex.data(Hashes.keccak256(raw));
    int at = 0;
    while (!Arrays.equals(raw, at, at + SELECTOR.length, SELECTOR, 0, SELECTOR.length)) {
      at++;
    }
    height++;
    transactions.putIfAbsent(
        hash, new Mined(height, Hex.data(Arrays.copyOfRange(raw, at, at + CALL_BYTES))));
    return "\"" + hash + "\"";
  }

  private String transaction(String hash) {
    Mined mined = transactions.get(hash);
    return mined == null
        ? "null"
        : "{\"to\":\"%s\",\"input\":\"%s\",\"blockHash\":\"%s\",\"blockNumber\":%s}"
            .formatted(
                AnchorContract.OFFICIAL, mined.input, hash(mined.block), quantity(mined.block));
  }

  private String receipt(String hash) {
    Mined mined = transactions.get(hash);
    return mined == null
        ? "null"
        : "{\"blockNumber\":" + quantity(mined.block) + ",\"status\":\"0x1\"}";
  }

  private String block(long number) {
    return number > height
        ? "null"
        : "{\"number\":%s,\"timestamp\":%s,\"baseFeePerGas\":\"0x7\"}"
            .formatted(quantity(number), quantity(1_700_000_000 + 12 * number));
  }

  private static String hash(long number) {
    return "0x" + String.format("%064x", number);
  }

  private static long number(String hash) {
    return Long.parseLong(hash.substring(hash.length() - 8), 16);
  }

  private static String quantity(long number) {
    return "\"0x" + Long.toHexString(number) + "\"";
  }

  @Override
  public void close() {
    rpc.close();
  }
}
