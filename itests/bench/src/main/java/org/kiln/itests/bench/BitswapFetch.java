package org.kiln.itests.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.bitswap.Bitswap;

/**
 * Fetches many small blocks by bitswap over loopback, both nodes in this process and their blocks
 * in memory: {@code BitswapFetch [blocks] [bytes of a block] [rounds]}.
 */
public final class BitswapFetch {
  private static final int GOAL = 20_000;

  private BitswapFetch() {}

  /** Prints blocks a second, and the ratio to the goal, of each round. */
  public static void main(String... args) throws IOException {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    int size = args.length > 1 ? Integer.parseInt(args[1]) : 300;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    Map<Cid, Block> blocks = blocks(count, size);
    try (Host giver = new Host(HostKey.random(), HostSettings.LOOPBACK);
        Host taker = new Host(HostKey.random(), HostSettings.LOOPBACK)) {
      giver.attach(new Bitswap(giver, cid -> Optional.ofNullable(blocks.get(cid))));
      Bitswap fetcher = new Bitswap(taker, cid -> Optional.empty());
      taker.attach(fetcher);
      giver.start();
      taker.start();
      taker.connect(giver.self(), giver.addresses(), Deadline.in(Duration.ofMinutes(1)));
      List<Cid> cids = new ArrayList<>(blocks.keySet());
      for (int round = 1; round <= rounds; round++) {
        AtomicInteger got = new AtomicInteger();
        long start = System.nanoTime();
        fetcher.fetchAll(
            cids,
            Set.of(giver.self()),
            Deadline.in(Duration.ofMinutes(5)),
            block -> got.incrementAndGet());
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "round %d: %d of %d blocks of %d bytes in %.2f s, %.0f a second, %.2f of the goal%n",
            round,
            got.get(),
            count,
            size,
            seconds,
            got.get() / seconds,
            got.get() / seconds / GOAL);
      }
    }
  }

  private static Map<Cid, Block> blocks(int count, int size) {
    Random random = new Random(1);
    Map<Cid, Block> blocks = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      byte[] data = new byte[Math.max(size, 4)];
      random.nextBytes(data);
      ByteBuffer.wrap(data).putInt(i);
      Block block = Block.of(Cid.DAG_CBOR, data);
      blocks.put(block.cid(), block);
    }
    return blocks;
  }
}
