package org.kiln.did.threeid;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod.ResolveOptions;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Retry;

/**
 * Which version of the key document a DID URL asks for.
 *
 * @param event the commit it was written by, if named; {@link #GENESIS} for the first one
 * @param at the moment it must have been in force, if named
 */
record Version(Optional<String> event, Optional<Instant> at) {
  /** The name of the first version. */
  static final String GENESIS = "0";

  /**
   * Reads {@code versionId}, its older spelling {@code version-id}, or {@code versionTime}; without
   * them the moment the caller asks for.
   *
   * @throws DidException when the query names no version
   */
  static Version of(DidUrl url, ResolveOptions options) throws DidException {
    Optional<String> id = parameter(url, "versionId").or(() -> parameter(url, "version-id"));
    if (id.isPresent()) {
      return new Version(id, Optional.empty());
    }
    Optional<String> time = parameter(url, "versionTime");
    if (time.isEmpty()) {
      return new Version(Optional.empty(), options.at());
    }
    try {
      return new Version(
          Optional.empty(), Optional.of(OffsetDateTime.parse(time.get()).toInstant()));
    } catch (DateTimeException e) {
      throw new DidException("invalidDid", "versionTime of " + url + " is no time", Retry.NEVER);
    }
  }

  /**
   * The commit.
   *
   * @throws DidException when it is named by no CID
   */
  Optional<Cid> commit(Cid genesis) throws DidException {
    if (event.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(event.get().equals(GENESIS) ? genesis : Cid.parse(event.get()));
    } catch (IllegalArgumentException e) {
      throw new DidException("invalidDid", "version " + event.get() + " is no CID", Retry.NEVER);
    }
  }

  private static Optional<String> parameter(DidUrl url, String name) {
    for (String pair : url.query().orElse("").split("&")) {
      if (pair.startsWith(name + "=") && pair.length() > name.length() + 1) {
        String value = pair.substring(name.length() + 1);
        try {
          return Optional.of(URLDecoder.decode(value, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
          return Optional.of(value);
        }
      }
    }
    return Optional.empty();
  }
}
