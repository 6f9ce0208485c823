package org.kiln.core.extension.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.guard.PluginCalls;
import org.kiln.core.guard.PluginGuards;
import org.osgi.framework.Bundle;

class ServiceExtensionsTest {
  private final ServiceExtensions extensions = new ServiceExtensions(new Guards(), new Times());

  @Test
  void shouldLetGoOfAnObjectThatIsOfTwoKinds() {
    Chain chain = new Chain();
    extensions.bindAnchorChain(chain, Map.of(AnchorChain.CHAIN_PROPERTY, "test:1"));
    extensions.bindAnchorProofValidator(
        chain, Map.of(AnchorProofValidator.CHAINS_PROPERTY, "test:1"));
    assertThat(extensions.keys(AnchorChain.class)).containsExactly("test:1");
    assertThat(extensions.keys(AnchorProofValidator.class)).containsExactly("test:1");

    extensions.unbindAnchorChain(chain);
    assertThat(extensions.keys(AnchorChain.class)).isEmpty();
    assertThat(extensions.keys(AnchorProofValidator.class)).containsExactly("test:1");
    extensions.unbindAnchorProofValidator(chain);
    assertThat(extensions.keys(AnchorProofValidator.class)).isEmpty();
  }

  private static final class Chain implements AnchorChain, AnchorProofValidator {
    @Override
    public String chainId() {
      return "test:1";
    }

    @Override
    public Submission submit(Cid root, Deadline deadline) {
      throw new IllegalStateException();
    }

    @Override
    public Status status(Submission submission, Deadline deadline) {
      throw new IllegalStateException();
    }

    @Override
    public Validation validate(AnchorProof proof, Deadline deadline) {
      throw new IllegalStateException();
    }
  }

  /** Puts something of the asked kind alone before every service, as for a plugin's. */
  private static final class Guards implements PluginGuards {
    @Override
    public <T> Guarded<T> guard(Class<T> spi, T service, Map<String, ?> properties) {
      T behind =
          spi.cast(
              Proxy.newProxyInstance(
                  spi.getClassLoader(),
                  new Class<?>[] {spi},
                  (proxy, method, arguments) ->
                      method.getName().equals("equals")
                          ? proxy == arguments[0]
                          : method.invoke(service, arguments)));
      return new Guarded<>() {
        @Override
        public T service() {
          return behind;
        }

        @Override
        public boolean quiet() {
          return true;
        }

        @Override
        public void leave() {
          // Nobody is inside.
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

  private static final class Times implements ServiceExtensions.Config {
    @Override
    public long drainTimeoutMs() {
      return 1_000;
    }

    @Override
    public long parkMs() {
      return 0;
    }

    @Override
    public Class<? extends Annotation> annotationType() {
      return ServiceExtensions.Config.class;
    }
  }
}
