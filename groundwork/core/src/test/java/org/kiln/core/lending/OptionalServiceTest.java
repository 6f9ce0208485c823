package org.kiln.core.lending;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OptionalServiceTest {
  private final OptionalService<String> service = new OptionalService<>();

  @Test
  void shouldBeEmptyAtOnceWhereNoneEverWas() {
    assertThat(service.borrow()).isNull();
    assertThat(service.get()).isEmpty();
  }

  @Test
  void shouldGiveTheOneThatCameLastAndKeepItWhenTheOtherGoes() {
    service.bind("old");
    service.bind("new");
    service.unbind("old");
    assertThat(service.get()).contains("new");
    try (Lease<String> lease = service.borrow()) {
      assertThat(lease.service()).isEqualTo("new");
    }
  }

  @Test
  void shouldWaitForTheSuccessorOfOneThatHasGone() throws Exception {
    service.bind("old");
    service.unbind("old");
    assertThat(service.get()).isEmpty();
    FutureTask<String> asking =
        new FutureTask<>(
            () -> {
              try (Lease<String> lease = service.borrow()) {
                return lease.service();
              }
            });
    Thread.ofPlatform().daemon().start(asking);
    service.bind("new");
    assertThat(asking.get(60, TimeUnit.SECONDS)).isEqualTo("new");
  }

  @Test
  void shouldNotLetGoWhileItIsAsked() throws Exception {
    service.bind("old");
    FutureTask<?> unbinding = new FutureTask<>(() -> service.unbind("old"), null);
    try (Lease<String> lease = service.borrow()) {
      Thread.ofPlatform().daemon().start(unbinding);
      while (!lease.wanted()) {
        Thread.onSpinWait();
      }
      assertThat(unbinding.isDone()).isFalse();
    }
    unbinding.get(60, TimeUnit.SECONDS);
    assertThat(service.get()).isEmpty();
  }

  @Test
  void shouldForgetWhatItNeverHad() {
    service.unbind("stranger");
    service.bind("one");
    service.unbind("stranger");
    assertThat(service.get()).contains("one");
  }
}
