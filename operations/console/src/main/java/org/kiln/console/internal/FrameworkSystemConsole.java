package org.kiln.console.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.kiln.api.plugin.Deadline;
import org.kiln.console.SystemConsole;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;
import org.osgi.service.servlet.runtime.dto.RequestInfoDTO;

/**
 * Apache Felix's Web Console. Its bundles have a start level of their own above the node's, so that
 * they cost neither time nor memory before the framework is raised to it. It is up when the HTTP
 * server gives its pages to it and its answers to the filter that takes credentials out of them:
 * both come as services, and so after the bundles have started.
 */
final class FrameworkSystemConsole implements SystemConsole {
  private static final String BUNDLE = "org.apache.felix.webconsole";
  private static final String ADDRESS = "/console/system";
  private static final String PAGE = ADDRESS + "/bundles";
  private static final int LEVEL = 70;
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final BundleContext context;

  FrameworkSystemConsole(BundleContext context) {
    this.context = context;
  }

  @Override
  public Optional<String> address() {
    return bundle().map(bundle -> ADDRESS);
  }

  private Optional<Bundle> bundle() {
    return Stream.of(context.getBundles())
        .filter(bundle -> BUNDLE.equals(bundle.getSymbolicName()))
        .findFirst();
  }

  @Override
  public synchronized boolean start() {
    Deadline deadline = Deadline.in(PATIENCE);
    try {
      raise(deadline);
      while (!isServed()) {
        if (deadline.expired()) {
          return false;
        }
        Thread.sleep(PAUSE);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void raise(Deadline deadline) throws InterruptedException {
    FrameworkStartLevel levels =
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class);
    if (levels.getStartLevel() >= LEVEL) {
      return;
    }
    CountDownLatch raised = new CountDownLatch(1);
    levels.setStartLevel(
        LEVEL,
        event -> {
          if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED) {
            raised.countDown();
          }
        });
    raised.await(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean isServed() {
    ServiceReference<HttpServiceRuntime> reference =
        context.getServiceReference(HttpServiceRuntime.class);
    HttpServiceRuntime server = reference == null ? null : context.getService(reference);
    if (server == null) {
      return false;
    }
    try {
      RequestInfoDTO page = server.calculateRequestInfoDTO(PAGE);
      return page.servletDTO != null
          && page.filterDTOs.length > 0
          && Stream.of(server.getRuntimeDTO().servletContextDTOs)
              .anyMatch(at -> at.serviceId == page.servletContextId && BUNDLE.equals(at.name));
    } finally {
      context.ungetService(reference);
    }
  }
}
