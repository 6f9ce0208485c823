package org.kiln.core.guard.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.guard.PluginCalls;
import org.kiln.core.guard.PluginGuards;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

class ContractReadersTest {
  private final List<ContractReader> guarded = new ArrayList<>();
  private final List<ContractReader> left = new ArrayList<>();
  private final ContractReaders readers = new ContractReaders(new Recording());

  @Test
  void shouldAskTheBestReaderBehindItsGuard() throws IOException {
    ContractReader shipped = answering(1);
    ContractReader plugin = answering(2);
    ContractReader later = answering(3);
    readers.bindReader(shipped, properties(0, 10));
    assertThat(ask()).isEqualTo(1);

    readers.bindReader(later, properties(5, 12));
    readers.bindReader(plugin, properties(5, 11));
    assertThat(ask()).isEqualTo(2);
    assertThat(guarded).containsExactly(shipped, later, plugin);

    readers.unbindReader(plugin);
    assertThat(ask()).isEqualTo(3);
    readers.unbindReader(later);
    assertThat(ask()).isEqualTo(1);
    assertThat(left).containsExactly(plugin, later);
  }

  @Test
  void rejectsCallsWhenThereIsNone() {
    ContractReader only = answering(1);
    readers.bindReader(only, properties(0, 1));
    readers.unbindReader(only);

    assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
  }

  private int ask() throws IOException {
    return readers.call("eip155:1", "0x", new byte[0], Deadline.NONE).orElseThrow()[0];
  }

  private static ContractReader answering(int value) {
    return (chain, contract, data, deadline) -> Optional.of(new byte[] {(byte) value});
  }

  private static Map<String, Object> properties(int ranking, long id) {
    return Map.of(Constants.SERVICE_RANKING, ranking, Constants.SERVICE_ID, id);
  }

  /** Guards that write down what they were asked to guard. */
  private final class Recording implements PluginGuards {
    @Override
    public <T> Guarded<T> guard(Class<T> spi, T service, Map<String, ?> properties) {
      guarded.add((ContractReader) service);
      return new Guarded<>() {
        @Override
        public T service() {
          return service;
        }

        @Override
        public boolean quiet() {
          return true;
        }

        @Override
        public void leave() {
          left.add((ContractReader) service);
        }
      };
    }

    @Override
    public boolean shipped(Map<String, ?> properties) {
      return false;
    }

    @Override
    public <T> T call(Bundle bundle, String what, Deadline deadline, Supplier<T> work) {
      return work.get();
    }

    @Override
    public Optional<PluginCalls> calls(Bundle bundle) {
      return Optional.empty();
    }
  }
}
