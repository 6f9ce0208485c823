package org.kiln.access.internal;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.kiln.access.Access;
import org.kiln.access.Tokens;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.access.AccessControl;
import org.kiln.core.access.AuditLog;
import org.kiln.core.node.NodeInfo;
import org.kiln.launch.Launcher;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes access control, the audit log and the routes to both. */
@Component(
    service = {},
    immediate = true,
    configurationPid = {AccessComponent.PID, AccessComponent.TOKENS_PID})
public final class AccessComponent {
  static final String PID = "kiln.access";

  /** Shared with the gateway, which lets tokens in while this bundle is away. */
  static final String TOKENS_PID = "kiln.http.access";

  private static final Logger LOG = LoggerFactory.getLogger(AccessComponent.class);

  @ObjectClassDefinition(pid = AccessComponent.PID, name = "Kiln access")
  @interface Config {
    @AttributeDefinition(description = "Minutes after which a session that is not used ends.")
    int sessionMinutes() default 480;

    @AttributeDefinition(
        description = "Names under which the node's pages are served, besides localhost.")
    String[] hosts() default {};

    @AttributeDefinition(description = "The name or address the node listens on.")
    String address() default "";

    @AttributeDefinition(description = "The names in the node's TLS certificate.")
    String[] certificateHosts() default {};

    @AttributeDefinition(description = "Hex SHA-256 of the operators' bearer tokens.")
    String[] operatorTokenSha256() default {};

    @AttributeDefinition(description = "Hex SHA-256 of the viewers' bearer tokens.")
    String[] viewerTokenSha256() default {};
  }

  private final Launcher launcher;
  private final Access access;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public AccessComponent(BundleContext context, Config config, @Reference NodeInfo node)
      throws IOException {
    Path data = node.dataDirectory();
    launcher = Launcher.of(context);
    access = open(data, config, launcher);
    registrations.add(context.registerService(AccessControl.class, access.control(), null));
    registrations.add(context.registerService(AuditLog.class, access.audit(), null));
    for (HttpRoute route : access.routes()) {
      registrations.add(context.registerService(HttpRoute.class, route, null));
    }
    // Hashing a password is work that a start need not wait for.
    Thread.ofPlatform().name("kiln-first-operator").daemon().start(this::firstOperator);
  }

  /**
   * Without its credentials a node must not run: it would make a new operator, or let nobody in.
   */
  private static Access open(Path data, Config config, Launcher launcher) throws IOException {
    try {
      return new Access(
          data.resolve("access"),
          data.resolve("logs").resolve("audit.log"),
          Clock.systemUTC(),
          new Access.Settings(
              Duration.ofMinutes(config.sessionMinutes()),
              Stream.of(config.hosts(), config.certificateHosts(), new String[] {config.address()})
                  .flatMap(Stream::of)
                  .toList(),
              new Tokens(
                  List.of(config.operatorTokenSha256()), List.of(config.viewerTokenSha256()))));
    } catch (IOException e) {
      launcher.refuse(sentence(e));
      throw e;
    }
  }

  /** What the file system says names the file and little more. */
  private static String sentence(IOException e) {
    return e instanceof FileSystemException
        ? "The credentials cannot be read, " + e.getClass().getSimpleName() + ": " + e.getMessage()
        : e.getMessage();
  }

  private void firstOperator() {
    try {
      access
          .firstOperator()
          .ifPresent(
              password -> {
                LOG.info("The first operator's credential was made");
                launcher.firstPassword(password);
              });
    } catch (RuntimeException e) {
      LOG.error("No operator could be made: {}", e.getMessage(), e);
    }
  }

  @Deactivate
  void deactivate() throws IOException {
    registrations.forEach(ServiceRegistration::unregister);
    access.close();
  }
}
