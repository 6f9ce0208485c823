package org.kiln.index.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.index.CollectionService;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.index.sqlite.SqliteBackend;
import org.kiln.testkit.FakeFeed;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class IndexComponentTest {
  @TempDir Path directory;
  private final List<String> gone = new ArrayList<>();

  /** The other way round a query waits for a change that nobody hands to the room any more. */
  @Test
  void shouldBeReadToUntilNobodyAsks() {
    IndexComponent component =
        new IndexComponent(
            fake(BundleContext.class, (proxy, method, arguments) -> registration(arguments[0])),
            fake(IndexComponent.Config.class, (proxy, method, none) -> method.getDefaultValue()),
            new SqliteBackend(),
            new FakeFeed(),
            (ref, options) -> {
              throw new StreamException(Reason.NOT_FOUND, "It is not here");
            },
            fake(
                NodeInfo.class,
                (proxy, method, none) ->
                    method.getName().equals("network") ? NetworkId.INMEMORY : directory));

    component.deactivate();

    assertThat(gone)
        .containsSubsequence(CollectionService.class.getName(), ChangeReader.class.getName());
  }

  private ServiceRegistration<?> registration(Object type) {
    String name = type instanceof Class<?> service ? service.getName() : String.valueOf(type);
    return fake(
        ServiceRegistration.class,
        (proxy, method, none) -> {
          gone.add(name);
          return null;
        });
  }

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
