package org.kiln.streams.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamWriter;
import org.kiln.api.stream.WriteRefusedException;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.DagCbor;

class ExtensionsWriterTest {
  private static final Block INIT =
      Block.of(
          Cid.DAG_CBOR,
          DagCbor.encode(
              Ipld.map("header", Ipld.map("controllers", Ipld.list(Ipld.of("did:key:zA"))))));

  private static final List<Block> INITS = List.of(INIT);

  private static WriteRefusedException refused(Exception refusal, List<Block> blocks) {
    StreamWrites refusing =
        (StreamWrites)
            Proxy.newProxyInstance(
                StreamWrites.class.getClassLoader(),
                new Class<?>[] {StreamWrites.class},
                (proxy, method, arguments) -> {
                  throw refusal;
                });
    StreamWriter.Options options = StreamWriter.Options.until(Deadline.in(Duration.ofSeconds(30)));
    return catchThrowableOfType(
        WriteRefusedException.class,
        () -> new ExtensionsWriter(refusing, false).create(0, blocks, options));
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayWhyInTheWordsOfTheApi(StreamException.Reason reason) {
    WriteRefusedException refusal = refused(new StreamException(reason, "because"), List.of(INIT));
    assertThat(refusal.reason().name()).isEqualTo(reason.name());
    assertThat(refusal).hasMessage("because");
    assertThat(refusal.retry().worthwhile())
        .isEqualTo(
            reason != StreamException.Reason.INVALID && reason != StreamException.Reason.CONFLICT);
  }

  @Test
  void shouldSayWhatFailedWhereItFailedUnsaid() {
    assertThat(refused(new StoreException(StoreException.Kind.FULL, "no space left", null), INITS))
        .hasMessage("no space left")
        .extracting(WriteRefusedException::reason)
        .isEqualTo(WriteRefusedException.Reason.STORAGE);
    assertThat(refused(new DeadlineExpiredException("too late"), INITS).reason())
        .isEqualTo(WriteRefusedException.Reason.BUSY);
  }

  @Test
  void shouldWriteNothingOnAReadOnlyNode() throws WriteRefusedException {
    AtomicReference<WriteOptions> asked = new AtomicReference<>();
    StreamWrites writes =
        (StreamWrites)
            Proxy.newProxyInstance(
                StreamWrites.class.getClassLoader(),
                new Class<?>[] {StreamWrites.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("create");
                  asked.set((WriteOptions) arguments[2]);
                  return new StreamWrites.Written(null, true);
                });
    ExtensionsWriter writer = new ExtensionsWriter(writes, true);
    StreamWriter.Options options = StreamWriter.Options.until(Deadline.in(Duration.ofSeconds(30)));

    WriteRefusedException refusal =
        catchThrowableOfType(
            WriteRefusedException.class,
            () -> writer.apply(StreamId.of(0, INIT.cid()), List.of(INIT), options));
    assertThat(refusal.reason()).isEqualTo(WriteRefusedException.Reason.READ_ONLY);
    assertThat(refusal.retry().worthwhile()).isFalse();

    writer.create(0, List.of(INIT), options);
    assertThat(asked.get().anchor()).isFalse();
    assertThat(asked.get().publish()).isFalse();
    assertThat(asked.get().pin()).isTrue();
  }

  @Test
  void rejectsTheStartOfAnotherStream() {
    StreamId other = StreamId.of(0, Cid.sha256(Cid.DAG_CBOR, new byte[] {1}));
    StreamWriter.Options options = StreamWriter.Options.until(Deadline.in(Duration.ofSeconds(30)));
    WriteRefusedException refusal =
        catchThrowableOfType(
            WriteRefusedException.class,
            () -> new ExtensionsWriter(null, false).apply(other, List.of(INIT), options));
    assertThat(refusal.reason()).isEqualTo(WriteRefusedException.Reason.INVALID);
    assertThat(refusal).hasMessageContaining("begins another stream than " + other);
  }

  @Test
  void shouldNameWhatIsMissing() {
    Dependency type = Dependency.streamType(7);
    StreamException refusal =
        new StreamException(StreamException.Reason.UNAVAILABLE, "not installed", type);
    assertThat(refused(refusal, List.of(INIT)).missing()).contains(type);
  }

  @Test
  void rejectsBlocksThatAreNoEvent() {
    StreamException never = new StreamException(StreamException.Reason.BUSY, "asked");
    Block another = new Block(INIT.cid(), new byte[] {1});
    Block unsigned = Block.of(Cid.DAG_JOSE, INIT.data());
    for (List<Block> blocks :
        List.of(
            List.<Block>of(),
            Collections.nCopies(65, INIT),
            List.of(another),
            List.of(unsigned, INIT),
            List.of(Block.of(Cid.RAW, new byte[] {1})))) {
      assertThat(refused(never, blocks).reason()).isEqualTo(WriteRefusedException.Reason.INVALID);
    }
  }
}
