package org.kiln.core.guard.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.CapabilitySignature.CapabilityException;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.FeedException.Reason;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.http.HttpBodyException;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.core.guard.PluginUnavailableException;

/** What the node sees of services that fail: never a verdict, always something to try again. */
class GuardedServicesTest {
  private final PluginThreads threads =
      new PluginThreads("com.example", null, new GuardLimits(5_000));

  @AfterEach
  void end() {
    threads.end();
  }

  @Test
  void shouldSayInASentenceWhatAFeedReaderThrew() throws Exception {
    ChangeReader reader =
        guarded(
            ChangeReader.class,
            new ChangeReader() {
              @Override
              public Optional<ResumeToken> position() {
                return null;
              }

              @Override
              public void take(List<StreamChange> changes, ResumeToken position) {
                throw new LinkageError("broken");
              }
            });
    assertThatThrownBy(reader::position)
        .isInstanceOf(PluginUnavailableException.class)
        .hasMessageContaining("position() returned null");
    assertThatThrownBy(() -> reader.take(List.of(), new ResumeToken(1, 1)))
        .isInstanceOf(PluginUnavailableException.class)
        .hasMessageContaining("LinkageError: broken");
    // The default passes the reason on.
    assertThatThrownBy(() -> reader.refused(new FeedException(Reason.GONE, "It is gone")))
        .isInstanceOf(PluginUnavailableException.class)
        .hasMessageContaining("It is gone");
  }

  @Test
  void shouldKnowOfACallOfAReaderThatNobodyWaitsFor() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    EventReader reader =
        guarded(
            EventReader.class,
            new EventReader() {
              @Override
              public Optional<ResumeToken> position() {
                return Optional.empty();
              }

              @Override
              public void take(List<FeedEvent> events, ResumeToken position) {
                called.countDown();
                while (end.getCount() > 0) {
                  Thread.onSpinWait(); // deaf to interrupts
                }
              }
            });
    assertThat(reader.position()).isEmpty();
    assertThat(threads.quiet(reader)).isTrue();
    CompletableFuture<Void> call =
        CompletableFuture.runAsync(
            () -> {
              try {
                reader.take(List.of(), new ResumeToken(1, 1));
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            },
            task -> Thread.ofPlatform().daemon().start(task));
    assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
    threads.release(reader, false);
    assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(PluginUnavailableException.class);
    assertThat(threads.quiet(reader)).isFalse();

    end.countDown();
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!threads.quiet(reader)) {
      assertThat(System.nanoTime()).isLessThan(limit);
      Thread.onSpinWait();
    }
  }

  private <T> T guarded(Class<T> spi, T service) throws Exception {
    return Guards.guard(spi, service, threads);
  }

  @Test
  void shouldTakeADidMethodThatFailsForOneThatMayAnswerLater() throws Exception {
    DidMethod method =
        guarded(
            DidMethod.class,
            new DidMethod() {
              @Override
              public String method() {
                return "broken";
              }

              @Override
              public DidDocument resolve(DidUrl did, ResolveOptions options) {
                return null;
              }
            });

    assertThat(method.method()).isEqualTo("broken");
    assertThatThrownBy(
            () ->
                method.resolve(
                    DidUrl.parse("did:broken:1"),
                    new DidMethod.ResolveOptions(Optional.empty(), Deadline.NONE)))
        .isInstanceOfSatisfying(
            DidException.class, e -> assertThat(e.retry().worthwhile()).isTrue())
        .hasMessageContaining("com.example");
  }

  @Test
  void shouldNeverTakeASuiteThatFailsForOneThatSaysNo() throws Exception {
    SignatureSuite suite =
        guarded(
            SignatureSuite.class,
            new SignatureSuite() {
              @Override
              public String alg() {
                return "EdDSA";
              }

              @Override
              public String provider() {
                return null;
              }

              @Override
              public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
                throw new NoClassDefFoundError("native");
              }
            });

    assertThatThrownBy(() -> suite.verify(new byte[0], new byte[0], new byte[0]))
        .isInstanceOf(DeadlineExpiredException.class)
        .hasMessageContaining("NoClassDefFoundError: native");
  }

  @Test
  void shouldTakeAReaderOfContractsThatFailsForAChainOutOfReach() throws Exception {
    byte[] large = new byte[65_537];
    for (ContractReader broken :
        List.<ContractReader>of(
            (chain, contract, data, deadline) -> null,
            (chain, contract, data, deadline) -> Optional.of(large),
            (chain, contract, data, deadline) -> {
              throw new StackOverflowError();
            })) {
      assertThatThrownBy(
              () ->
                  guarded(ContractReader.class, broken)
                      .call("eip155:1", "0x", new byte[0], Deadline.NONE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("com.example");
    }
    ContractReader own =
        guarded(
            ContractReader.class,
            (chain, contract, data, deadline) -> {
              throw new IOException("no node of " + chain);
            });
    assertThatThrownBy(() -> own.call("eip155:1", "0x", new byte[0], Deadline.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("no node of eip155:1");
  }

  @Test
  void shouldTakeACapabilityThatCannotBeCheckedForOneThatMayBeLater() throws Exception {
    CapabilitySignature signature =
        guarded(
            CapabilitySignature.class,
            new CapabilitySignature() {
              @Override
              public String type() {
                return "x";
              }

              @Override
              public void verify(Ipld.Map cacao, Deadline deadline) {
                throw new IllegalStateException("oops");
              }
            });

    assertThatThrownBy(() -> signature.verify(Ipld.Map.EMPTY, Deadline.NONE))
        .isInstanceOfSatisfying(
            CapabilityException.class, e -> assertThat(e.retry().worthwhile()).isTrue());
  }

  @Test
  void shouldTakeAChainThatFailsForOneThatIsOutOfReach() throws Exception {
    AnchorChain chain =
        guarded(
            AnchorChain.class,
            new AnchorChain() {
              @Override
              public String chainId() {
                return "a:b";
              }

              @Override
              public Submission submit(Cid root, Deadline deadline) {
                return null;
              }

              @Override
              public Status status(Submission submission, Deadline deadline) {
                return null;
              }
            });
    AnchorProofValidator proofs = guarded(AnchorProofValidator.class, (proof, deadline) -> null);

    assertThatThrownBy(() -> chain.submit(null, Deadline.NONE))
        .isInstanceOfSatisfying(
            AnchorException.class, e -> assertThat(e.retry().worthwhile()).isTrue());
    assertThat(proofs.validate(null, Deadline.NONE))
        .isInstanceOf(AnchorProofValidator.Validation.Unknown.class);
  }

  @Test
  void shouldTakeHealthThatFailsForSomethingWorthALook() throws Exception {
    PluginHealth health = guarded(PluginHealth.class, deadline -> null);

    PluginHealth.Health answer = health.check(Deadline.NONE);
    assertThat(answer.level()).isEqualTo(PluginHealth.Level.DEGRADED);
    assertThat(answer.message()).contains("com.example");
  }

  @Test
  void shouldLetProblemsOfARouteThroughAndNameItWhenItFails() throws Exception {
    assertThatThrownBy(() -> route(new HttpProblem(404, "gone", "It is gone")).handle(call()))
        .hasMessage("It is gone");
    assertThatThrownBy(() -> route(new IllegalStateException("oops")).handle(call()))
        .isInstanceOfSatisfying(
            HttpProblem.class,
            e -> {
              assertThat(e.status()).isEqualTo(500);
              assertThat(e.details()).containsEntry("plugin", "com.example");
            });
  }

  private HttpRoute route(Throwable thrown) throws Exception {
    return guarded(
        HttpRoute.class,
        new HttpRoute() {
          @Override
          public String pattern() {
            return "/x/{name}";
          }

          @Override
          public Set<String> methods() {
            return Set.of("GET");
          }

          @Override
          public Access access() {
            return Access.PUBLIC;
          }

          @Override
          public HttpReply handle(HttpCall call) throws HttpProblem {
            assertThat(call.variable("name")).isEqualTo("ann");
            assertThat(call.query("q")).contains("1");
            if (thrown instanceof HttpProblem problem) {
              throw problem;
            }
            throw (RuntimeException) thrown;
          }
        });
  }

  @Test
  void shouldReadABodyOnTheThreadThatWaits() throws Exception {
    HttpBodyException slow = new HttpBodyException(new HttpProblem(408, "body-too-slow", "Slow"));
    byte[] sent = new byte[200_000];
    Arrays.fill(sent, (byte) 'a');
    Thread waiting = Thread.currentThread();
    InputStream arriving =
        new FilterInputStream(new ByteArrayInputStream(sent)) {
          @Override
          public int read(byte[] bytes, int from, int count) throws IOException {
            assertThat(Thread.currentThread()).isSameAs(waiting);
            int read = super.read(bytes, from, count);
            if (read < 0) {
              throw slow;
            }
            return read;
          }
        };
    CompletableFuture<Integer> came = new CompletableFuture<>();
    HttpRoute route =
        guarded(
            HttpRoute.class,
            reading(
                body -> {
                  came.complete(body.readNBytes(sent.length).length);
                  body.read();
                }));
    assertThatThrownBy(() -> route.handle(call(arriving))).isSameAs(slow.problem());
    assertThat(came).isCompletedWithValue(sent.length);
  }

  /** What a plugin does with a body. */
  private interface Reading {
    void read(InputStream body) throws IOException;
  }

  private static HttpRoute reading(Reading reading) {
    return new HttpRoute() {
      @Override
      public String pattern() {
        return "/x";
      }

      @Override
      public Set<String> methods() {
        return Set.of("POST");
      }

      @Override
      public Access access() {
        return Access.OPERATOR;
      }

      @Override
      public HttpReply handle(HttpCall call) throws HttpProblem {
        try (InputStream body = call.bodyStream()) {
          reading.read(body);
          return HttpReply.json();
        } catch (HttpBodyException e) {
          throw e.problem();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static HttpCall call() {
    return call(InputStream.nullInputStream());
  }

  private static HttpCall call(InputStream body) {
    Thread caller = Thread.currentThread();
    return new HttpCall() {
      @Override
      public String method() {
        return "GET";
      }

      @Override
      public String path() {
        return "/x/ann";
      }

      @Override
      public String variable(String name) {
        assertThat(Thread.currentThread()).isSameAs(caller);
        return "ann";
      }

      @Override
      public Optional<String> query(String name) {
        return Optional.of("1");
      }

      @Override
      public Map<String, String> queries() {
        return Map.of("q", "1");
      }

      @Override
      public Optional<String> header(String name) {
        return Optional.empty();
      }

      @Override
      public byte[] body() {
        return new byte[0];
      }

      @Override
      public InputStream bodyStream() {
        return body;
      }

      @Override
      public String remoteAddress() {
        return "127.0.0.1";
      }

      @Override
      public Deadline deadline() {
        return Deadline.NONE;
      }
    };
  }

  @Test
  void rejectsAnswersThatCannotBeWritten() {
    for (HttpReply reply :
        List.of(
            HttpReply.of(99, "a/b", List.of()),
            HttpReply.of(200, "a/b", List.of()).withHeaders(Map.of("X", "1\r\nY: 2")),
            HttpReply.of(200, null, List.of()),
            HttpReply.streamed(200, "a/b", null))) {
      assertThatThrownBy(() -> Checked.reply(reply)).isInstanceOf(RuntimeException.class);
    }
    assertThatThrownBy(() -> HttpReply.of(200, "a/b", null))
        .isInstanceOf(NullPointerException.class);
  }
}
