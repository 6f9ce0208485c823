package org.kiln.streams.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamReads;

class ExtensionsReaderTest {
  private static Dependency missing(StreamException refusal) {
    StreamReads refusing =
        (StreamReads)
            Proxy.newProxyInstance(
                StreamReads.class.getClassLoader(),
                new Class<?>[] {StreamReads.class},
                (proxy, method, arguments) -> {
                  throw refusal;
                });
    StreamRef ref = new StreamRef(StreamId.MODEL, Optional.empty());
    return catchThrowableOfType(
            DependencyMissingException.class,
            () -> new ExtensionsReader(refusing).load(ref, Deadline.in(Duration.ofSeconds(30))))
        .missing();
  }

  @Test
  void shouldNameWhatTheStreamWaitsForItself() {
    Dependency type = Dependency.streamType(7);
    assertThat(missing(new StreamException(Reason.UNAVAILABLE, "not installed", type)))
        .isEqualTo(type);
  }

  @Test
  void shouldNameTheStreamWhenNobodyKnowsMore() {
    assertThat(missing(new StreamException(Reason.BUSY, "later")))
        .isEqualTo(Dependency.stream(StreamId.MODEL));
  }
}
