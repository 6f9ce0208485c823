package org.kiln.http.v0;

import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.SyncOption;
import org.kiln.core.stream.WriteOptions;

/**
 * The options of reads and writes. Members that are unknown or of another type are ignored: clients
 * send whatever their own option objects hold.
 */
final class Options {
  private static final int DEFAULT_SYNC_TIMEOUT_SECONDS = 3;
  private static final int MAX_SYNC_TIMEOUT_SECONDS = 60;
  private static final SyncOption[] SYNCS = SyncOption.values();

  private final boolean readOnly;
  private final Optional<SyncOption> syncOverride;

  /**
   * Rules of the node.
   *
   * @param readOnly nothing a client creates is anchored or announced
   * @param syncOverride counts more than what clients ask for
   */
  Options(boolean readOnly, Optional<SyncOption> syncOverride) {
    this.readOnly = readOnly;
    this.syncOverride = syncOverride;
  }

  /** From the query of a request. */
  LoadOptions load(HttpCall call) throws HttpProblem {
    return load(
        query(call, "sync"),
        query(call, "syncTimeoutSeconds"),
        query(call, "atTime"),
        call.deadline());
  }

  /** From an {@code opts} object. */
  LoadOptions load(Ipld.Map options, Deadline deadline) {
    return load(
        options.get("sync"), options.get("syncTimeoutSeconds"), options.get("atTime"), deadline);
  }

  /** From the {@code opts} object of a write. */
  WriteOptions write(Ipld.Map options, Deadline deadline) {
    return new WriteOptions(
        !readOnly && flag(options, "anchor"),
        !readOnly && flag(options, "publish"),
        flag(options, "pin"),
        sync(options.get("sync")),
        seconds(options.get("syncTimeoutSeconds")),
        deadline);
  }

  /** For a stream that is loaded by its genesis: nothing of it is announced or anchored. */
  WriteOptions quietly(Ipld.Map options, Deadline deadline) {
    WriteOptions write = write(options, deadline);
    return new WriteOptions(
        false, false, write.pin(), write.sync(), write.syncTimeoutSeconds(), deadline);
  }

  private LoadOptions load(
      Optional<Ipld> sync, Optional<Ipld> timeout, Optional<Ipld> atTime, Deadline deadline) {
    return new LoadOptions(sync(sync), seconds(timeout), number(atTime), deadline);
  }

  private SyncOption sync(Optional<Ipld> value) {
    return syncOverride.orElseGet(() -> sync(number(value)));
  }

  private static int seconds(Optional<Ipld> value) {
    long seconds = number(value).orElse(DEFAULT_SYNC_TIMEOUT_SECONDS);
    return Math.clamp(seconds, 0, MAX_SYNC_TIMEOUT_SECONDS);
  }

  private static Optional<Ipld> query(HttpCall call, String name) throws HttpProblem {
    Optional<String> text = call.query(name);
    return text.isPresent() ? QueryValue.of(text.get()) : Optional.empty();
  }

  private static SyncOption sync(OptionalLong number) {
    long index = number.orElse(0);
    return index >= 0 && index < SYNCS.length ? SYNCS[(int) index] : SyncOption.PREFER_CACHE;
  }

  private static OptionalLong number(Optional<Ipld> value) {
    return switch (value.orElse(Ipld.NULL)) {
      case Ipld.Int whole when whole.value().bitLength() <= 62 ->
          OptionalLong.of(whole.value().longValue());
      case Ipld.Float64 fraction when Math.abs(fraction.value()) < 1L << 53 ->
          OptionalLong.of((long) fraction.value());
      default -> OptionalLong.empty();
    };
  }

  /** Every flag of a write is on unless it is false. */
  private static boolean flag(Ipld.Map options, String name) {
    return !Ipld.FALSE.equals(options.entries().get(name));
  }
}
