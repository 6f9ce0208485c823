package org.kiln.itests.bench;

import java.util.concurrent.TimeUnit;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.itests.harness.SignedEvent;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading an event's payload block, and a whole event with the checks of its hashes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class DecodeBenchmark {
  private SignedEvent event;

  /** Makes one event. */
  @Setup
  public void sign() {
    event = Samples.instance(Samples.author(1), 12345);
  }

  /** The payload alone. */
  @Benchmark
  public Ipld payload() throws CodecException {
    return DagCbor.decode(event.payload().data());
  }

  /** Envelope and payload: hashes, DAG-JOSE, DAG-CBOR, the parts of the event. */
  @Benchmark
  public DecodedEvent event() {
    return Samples.decode(event);
  }
}
