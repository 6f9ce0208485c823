package org.kiln.http.internal;

import java.time.Duration;
import org.kiln.http.Limits;
import org.kiln.http.Transfers;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What the gateway bears. */
@ObjectClassDefinition(pid = LimitsConfig.PID, name = "Kiln HTTP limits")
@interface LimitsConfig {
  /** The configuration's name. */
  String PID = "kiln.http.limits";

  @AttributeDefinition(description = "Requests served at once; one more is answered 503.")
  int maxConcurrentRequests() default 512;

  @AttributeDefinition(
      description =
          "Streamed answers (server-sent events) open at once. 0 for one for each 256 KiB of the"
              + " heap, 4096 at most.")
  int maxOpenStreams() default 0;

  @AttributeDefinition(description = "Milliseconds a request may take.")
  long requestTimeoutMs() default 60_000;

  @AttributeDefinition(
      description =
          "Milliseconds a route that leaves is waited for; keep it below SCR's lock timeout.")
  long drainTimeoutMs() default 2_500;

  @AttributeDefinition(
      description = "Milliseconds a request waits for the successor of a route that has left.")
  long parkTimeoutMs() default 3_000;

  @AttributeDefinition(description = "Milliseconds after which no successor is expected any more.")
  long successorWindowMs() default 30_000;

  @AttributeDefinition(description = "Longest path in characters.")
  int maxPathChars() default 2048;

  @AttributeDefinition(description = "Largest body in bytes, whatever a route would accept.")
  int maxBodyBytes() default 64 << 20;

  @AttributeDefinition(
      description =
          "Milliseconds a client may let the node wait, for its body or by not taking its answer,"
              + " before its rate counts.")
  long slowClientMs() default 10_000;

  @AttributeDefinition(description = "Bytes a second it must send or take on average from then on.")
  int minBytesPerSecond() default 8 << 10;

  @AttributeDefinition(description = "Milliseconds an answer that has an end may take.")
  long answerTimeoutMs() default 300_000;

  @AttributeDefinition(
      description = "Answers at once that are written as they are made, besides open streams.")
  int maxLongAnswers() default 128;

  @AttributeDefinition(
      description =
          "Places besides the others, of requests and of open streams each, for health checks and"
              + " operators.")
  int keptRequests() default 64;

  @AttributeDefinition(
      description =
          "Bytes of bodies being received; as many again for requests at work, and for answers"
              + " under way. 0 for an eighth of the heap.")
  long memoryBytes() default 0;

  @AttributeDefinition(
      description =
          "File that says what is being served, for the one who starts after a node that was"
              + " killed; empty for none.")
  String recordFile() default "";

  @AttributeDefinition(
      description = "Write one line for each request to the logger kiln.http.access.")
  boolean accessLog() default false;

  /** Reads the limits. */
  final class Reader {
    private Reader() {}

    static Limits read(LimitsConfig config) {
      return new Limits(
          config.maxConcurrentRequests(),
          config.maxOpenStreams(),
          Duration.ofMillis(config.requestTimeoutMs()),
          Duration.ofMillis(config.drainTimeoutMs()),
          Duration.ofMillis(config.parkTimeoutMs()),
          Duration.ofMillis(config.successorWindowMs()),
          config.maxPathChars(),
          config.maxBodyBytes(),
          new Transfers(
              Duration.ofMillis(config.slowClientMs()),
              config.minBytesPerSecond(),
              Duration.ofMillis(config.answerTimeoutMs()),
              config.maxLongAnswers(),
              config.keptRequests(),
              config.memoryBytes()));
    }
  }
}
