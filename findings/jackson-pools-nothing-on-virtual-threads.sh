#!/usr/bin/env bash
# jackson-core 2.19.2 with jackson-dataformat-cbor 2.19.2: since 2.17 factories have a RecyclerPool, made for virtual threads. One would guess that
# buffers are then used again there. The pool a factory has unless told otherwise is still the thread's own: with a thread for each piece of work
# none is ever used twice, and each writer allocates its 24 000 bytes anew. The pools that share are there and must be asked for.
# Kiln shares them (plugins-api/kit, CborWriter). A JDK of 21 or newer with Maven.
. "$(dirname "$0")/lib/seen.sh"
maven_jars com.fasterxml.jackson.dataformat:jackson-dataformat-cbor:2.19.2
java_says <<'JAVA'
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

public class Script {
  static final int WRITES = 1_000;

  /** Counts how many different buffers a pool hands out. */
  static final class Counting implements RecyclerPool<BufferRecycler> {
    final RecyclerPool<BufferRecycler> pool;
    final Set<BufferRecycler> handedOut = Collections.newSetFromMap(new IdentityHashMap<>());

    Counting(RecyclerPool<BufferRecycler> pool) {
      this.pool = pool;
    }

    @Override
    public synchronized BufferRecycler acquirePooled() {
      BufferRecycler one = pool.acquirePooled();
      handedOut.add(one);
      return one;
    }

    @Override
    public BufferRecycler acquireAndLinkPooled() {
      return acquirePooled().withPool(this);
    }

    @Override
    public synchronized void releasePooled(BufferRecycler one) {
      pool.releasePooled(one);
    }
  }

  static void write(CBORFactory cbor) {
    try (var generator = cbor.createGenerator(new ByteArrayOutputStream())) {
      generator.writeString("some text");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void tell(String name, RecyclerPool<BufferRecycler> pool) throws Exception {
    Counting one = new Counting(pool);
    Counting each = new Counting(pool);
    CBORFactory onOne = CBORFactory.builder().recyclerPool(one).build();
    CBORFactory onEach = CBORFactory.builder().recyclerPool(each).build();
    for (int i = 0; i < WRITES; i++) {
      write(onOne);
      Thread.ofVirtual().start(() -> write(onEach)).join();
    }
    System.out.println(name + ": one thread " + one.handedOut.size() + ", a virtual thread each " + each.handedOut.size());
  }

  public static void main(String[] a) throws Exception {
    RecyclerPool<BufferRecycler> usual = new CBORFactory()._getRecyclerPool();
    System.out.println("unless told otherwise: " + usual.getClass().getSimpleName());
    tell("that one", usual);
    tell("newConcurrentDequePool", JsonRecyclerPools.newConcurrentDequePool());
  }
}
JAVA
seen <<'OUT'
unless told otherwise: ThreadLocalPool
that one: one thread 1, a virtual thread each 1000
newConcurrentDequePool: one thread 1, a virtual thread each 1
OUT
