package org.kiln.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.core.access.Caller;

/**
 * The credentials of the node, in a file of one line each: name, role, hash, time of creation.
 * Thread-safe.
 */
public final class Credentials {
  /** The name of the credential that the first start makes. */
  public static final String FIRST = "operator";

  static final int MAX_CREDENTIALS = 100;
  static final int MAX_PASSWORD_CHARS = 256;
  static final int MIN_PASSWORD_CHARS = 12;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,31}");

  /** Somebody who is nobody is checked for as long as somebody who is. */
  private static final PasswordHash NOBODY = PasswordHash.nobody();

  private final Path file;
  private final InstantSource clock;
  private final Map<String, Credential> byName = new LinkedHashMap<>();

  /**
   * A credential.
   *
   * @param name lower-case
   * @param role VIEWER or OPERATOR
   * @param hash of the password
   * @param createdAt when it was made or last changed
   */
  record Credential(String name, Access role, PasswordHash hash, Instant createdAt) {}

  private static final String HEADER = "# name role hash created, and their number at the end";

  /** The last line, since a file that was cut off at the end of a line looks whole. */
  private static final String END = "# end of ";

  private Credentials(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * Opens the file; a missing one has no credentials.
   *
   * @throws IOException when it cannot be read, or holds something else
   */
  public static Credentials open(Path file, InstantSource clock) throws IOException {
    Credentials credentials = new Credentials(file, clock);
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      // The first start.
      return credentials;
    } catch (CharacterCodingException e) {
      throw damaged(file, "it is no text", e);
    }
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank() && !lines.get(i).startsWith("#")) {
        credentials.add(lines.get(i), i + 1);
      }
    }
    credentials.requireWhole(lines);
    return credentials;
  }

  private void add(String line, int number) throws IOException {
    String[] words = line.strip().split("\\s+");
    try {
      Credential credential =
          new Credential(
              words[0], role(words[1]), PasswordHash.parse(words[2]), Instant.parse(words[3]));
      byName.put(credential.name(), credential);
    } catch (RuntimeException e) {
      throw damaged(file, "line " + number + " is no credential", e);
    }
  }

  /** The node never wrote a file without an operator, and says at its end how many it holds. */
  private void requireWhole(List<String> lines) throws IOException {
    if (!hasOperator()) {
      throw damaged(file, "it has no operator", null);
    }
    Optional<String> end = lines.stream().filter(line -> line.startsWith(END)).findFirst();
    boolean marked = lines.get(0).equals(HEADER);
    if (marked && !end.equals(Optional.of(END + byName.size()))) {
      throw damaged(file, "its end is missing", null);
    }
  }

  private static IOException damaged(Path file, String what, Exception cause) {
    return new IOException(
        file
            + " is damaged: "
            + what
            + ". Put a copy of it back; or take it away ('kiln access reset' does), then the next"
            + " start makes a new operator, and everybody else needs a new password.",
        cause);
  }

  private static Access role(String word) {
    return switch (word) {
      case "operator" -> Access.OPERATOR;
      case "viewer" -> Access.VIEWER;
      default -> throw new IllegalArgumentException("The role is operator or viewer, not " + word);
    };
  }

  static String word(Access role) {
    return role == Access.OPERATOR ? "operator" : "viewer";
  }

  /** Whether anybody may operate the node. */
  public synchronized boolean hasOperator() {
    return byName.values().stream().anyMatch(c -> c.role() == Access.OPERATOR);
  }

  /** Who has that name and password. Takes a tenth of a second of work, whoever it is. */
  Optional<Caller> check(String name, String password) {
    Credential credential;
    synchronized (this) {
      credential = byName.get(name);
    }
    if (password.length() > MAX_PASSWORD_CHARS) {
      return Optional.empty();
    }
    PasswordHash hash = credential == null ? NOBODY : credential.hash();
    return hash.matches(password) && credential != null
        ? Optional.of(new Caller(name, credential.role()))
        : Optional.empty();
  }

  /** The role of a name now; empty when it has gone. */
  synchronized Optional<Credential> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  synchronized List<Credential> all() {
    return List.copyOf(byName.values());
  }

  /**
   * Makes a credential, or gives one another role and password.
   *
   * @param password what it shall be; empty for a random one
   * @return the password
   * @throws IllegalArgumentException with a sentence when name, role or password will not do
   * @throws UncheckedIOException when it cannot be kept
   */
  public String put(String name, String role, Optional<String> password) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "A name has 1 to 32 lower-case letters, digits, dots and hyphens");
    }
    Access access = role(role);
    String secret = password.orElseGet(Secrets::password);
    if (secret.length() < MIN_PASSWORD_CHARS || secret.length() > MAX_PASSWORD_CHARS) {
      throw new IllegalArgumentException(
          "A password has " + MIN_PASSWORD_CHARS + " to " + MAX_PASSWORD_CHARS + " characters");
    }
    PasswordHash hash = PasswordHash.of(secret);
    synchronized (this) {
      if (byName.size() >= MAX_CREDENTIALS && !byName.containsKey(name)) {
        throw new IllegalArgumentException("There are " + MAX_CREDENTIALS + " credentials already");
      }
      if (access != Access.OPERATOR) {
        refuseLastOperator(name);
      }
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      Map<String, Credential> changed = new LinkedHashMap<>(byName);
      changed.put(name, new Credential(name, access, hash, now));
      keep(changed);
    }
    return secret;
  }

  /**
   * Takes a credential away; false when there is none of that name.
   *
   * @throws IllegalArgumentException when it is the last operator's
   */
  synchronized boolean remove(String name) {
    if (!byName.containsKey(name)) {
      return false;
    }
    refuseLastOperator(name);
    Map<String, Credential> changed = new LinkedHashMap<>(byName);
    changed.remove(name);
    keep(changed);
    return true;
  }

  private void refuseLastOperator(String name) {
    boolean other =
        byName.values().stream()
            .anyMatch(c -> c.role() == Access.OPERATOR && !c.name().equals(name));
    if (!other && byName.containsKey(name)) {
      throw new IllegalArgumentException(
          name + " is the only operator: make another one before you take this one away");
    }
  }

  private void keep(Map<String, Credential> changed) {
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    for (Credential c : changed.values()) {
      lines.add(c.name() + " " + word(c.role()) + " " + c.hash().text() + " " + c.createdAt());
    }
    lines.add(END + changed.size());
    try {
      PrivateFile.makeDirectory(file.getParent());
      PrivateFile.write(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Credentials cannot be kept in " + file, e);
    }
    byName.clear();
    byName.putAll(changed);
  }
}
