package org.kiln.launcher;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator that the first start of a data directory makes, whichever command that is: the
 * password is nowhere else, so it is shown then or never.
 */
final class FirstOperator {
  private static final long PASSWORD_MS = 20_000;

  private final boolean isThere;

  private FirstOperator(boolean isThere) {
    this.isThere = isThere;
  }

  /** To be asked before access control starts, which makes the first. */
  static FirstOperator of(DataDirectory data) {
    return new FirstOperator(Files.exists(credentials(data.path())));
  }

  private static Path credentials(Path data) {
    return data.resolve("access").resolve("credentials");
  }

  /** Shows the password if an operator was made; it is waited for. */
  void show(Platform platform, PrintStream out) throws InterruptedException {
    if (isThere) {
      return;
    }
    Logger log = LoggerFactory.getLogger(FirstOperator.class);
    Optional<String> password = platform.launched().firstPasswordWithin(PASSWORD_MS);
    if (password.isEmpty()) {
      log.warn("No operator was made; see the lines before this one");
      return;
    }
    out.println("  Operator operator, password " + password.get() + " (shown only now)");
    out.flush();
  }
}
