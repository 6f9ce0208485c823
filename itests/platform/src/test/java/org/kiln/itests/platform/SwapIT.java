package org.kiln.itests.platform;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.lending.Lease;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** An extension comes and goes while the node runs. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SwapIT {
  private static final String TILE = "0";

  @Inject private BundleContext context;
  @Inject private ExtensionRegistry extensions;
  private Bundle tile;

  @Configuration
  public Option[] node() throws IOException {
    return ShippedNode.options("swap", Map.of("store.backend", "memory"));
  }

  @Before
  public void findTile() {
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getSymbolicName().equals("org.kiln.type.tile")) {
        tile = bundle;
      }
    }
  }

  @After
  public void startTile() throws BundleException {
    tile.start();
  }

  private Lease<StreamType> lease(long waitMs) throws ExtensionMissingException {
    return extensions.acquire(StreamType.class, TILE, Deadline.in(Duration.ofMillis(waitMs)));
  }

  @Test
  public void shouldMissAnExtensionThatHasGoneAndHaveItAgain() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (AutoCloseable subscription =
        extensions.onChange(StreamType.class, (key, present) -> heard.add(key + present))) {
      try (Lease<StreamType> lease = lease(10_000)) {
        assertEquals("tile", lease.service().name());
      }
      tile.stop();
      assertEquals("0false", heard.poll(60, TimeUnit.SECONDS));
      assertFalse(extensions.keys(StreamType.class).contains(TILE));
      assertThrows(ExtensionMissingException.class, () -> lease(50));
      tile.start();
      assertEquals("0true", heard.poll(60, TimeUnit.SECONDS));
      try (Lease<StreamType> lease = lease(10_000)) {
        assertEquals(0, lease.service().typeCode());
      }
    }
  }

  @Test
  public void shouldParkACallerOverAnUpdate() throws Exception {
    tile.stop();
    CompletableFuture<String> parked =
        CompletableFuture.supplyAsync(
            () -> {
              try (Lease<StreamType> lease = lease(20_000)) {
                return lease.service().name();
              } catch (ExtensionMissingException e) {
                return e.getMessage();
              }
            });
    tile.start();
    assertEquals("tile", parked.get(60, TimeUnit.SECONDS));
  }

  @Test
  public void shouldLetACallUnderWayEndBeforeTheExtensionStops() throws Exception {
    Lease<StreamType> lease = lease(10_000);
    CompletableFuture<Long> stopped =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                tile.stop();
                return System.nanoTime();
              } catch (BundleException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThrows(
        java.util.concurrent.TimeoutException.class, () -> stopped.get(300, TimeUnit.MILLISECONDS));
    assertEquals("tile", lease.service().name());
    long givenBack = System.nanoTime();
    lease.close();
    assertTrue(stopped.get(60, TimeUnit.SECONDS) > givenBack);
  }
}
