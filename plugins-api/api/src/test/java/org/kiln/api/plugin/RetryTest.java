package org.kiln.api.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.did.CapabilitySignature.CapabilityException;
import org.kiln.api.did.DidException;

class RetryTest {
  @Test
  void shouldNameATimeThatCanBeCountedWith() {
    assertThat(Retry.after(Duration.ofSeconds(3)).after()).contains(Duration.ofSeconds(3));
    assertThat(Retry.after(Duration.ofSeconds(-3)).after()).contains(Duration.ZERO);
    assertThat(Retry.after(Duration.ofSeconds(Long.MAX_VALUE)).after())
        .contains(Duration.ofDays(365));
    assertThat(Retry.LATER.after()).isEmpty();
  }

  @Test
  void rejectsFailuresThatDoNotSayWhetherTheyPass() {
    assertThatNullPointerException().isThrownBy(() -> new AnchorException("sentence", null, null));
    assertThatNullPointerException()
        .isThrownBy(() -> new DidException("notFound", "sentence", null));
    assertThatNullPointerException().isThrownBy(() -> new CapabilityException("sentence", null));
    assertThatNullPointerException().isThrownBy(() -> new Validation.Unknown("sentence", null));
  }
}
