package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LaunchedTest {
  private final Launched launched = new Launched(40);

  @Test
  void shouldEndWithTheFirstSentenceABundleGave() {
    assertThatCode(launched::throwIfRefused).doesNotThrowAnyException();

    launched.refuse("The store is gone.");
    launched.refuse("The log cannot be opened.");

    assertThatThrownBy(launched::throwIfRefused)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(Exit.STORAGE))
        .hasMessage("The store is gone.");
  }

  @Test
  void shouldHandOutThePasswordOnce() throws InterruptedException {
    launched.firstPassword("correct horse");

    assertThat(launched.firstPasswordWithin(0)).hasValue("correct horse");
    assertThat(launched.firstPasswordWithin(0)).isEmpty();
  }

  @Test
  void shouldKeepNoPasswordThatComesTooLate() throws InterruptedException {
    assertThat(launched.firstPasswordWithin(0)).isEmpty();

    launched.firstPassword("correct horse");

    assertThat(launched.firstPasswordWithin(0)).isEmpty();
  }

  @Test
  void shouldSayHowFarTheStartGoes() {
    assertThat(launched.startLevel()).isEqualTo(40);
  }
}
