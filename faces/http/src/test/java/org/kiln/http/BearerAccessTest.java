package org.kiln.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpRoute.Access;

class BearerAccessTest {
  private final BearerAccess access =
      new BearerAccess(
          List.of(hash("see")), List.of(hash("old"), hash("new").toUpperCase(Locale.ROOT)));

  @Test
  void shouldKnowEveryConfiguredToken() {
    assertThat(access.allows(Access.OPERATOR, "Bearer old")).isTrue();
    assertThat(access.allows(Access.OPERATOR, "bearer  new ")).isTrue();
    assertThat(access.allows(Access.VIEWER, "Bearer new")).isTrue();
    assertThat(access.allows(Access.VIEWER, "Bearer see")).isTrue();
  }

  @Test
  void rejectsAnythingElse() {
    assertThat(access.allows(Access.OPERATOR, "Bearer see")).isFalse();
    assertThat(access.allows(Access.OPERATOR, null)).isFalse();
    assertThat(access.allows(Access.OPERATOR, "Basic new")).isFalse();
    assertThat(access.allows(Access.OPERATOR, "Bearer")).isFalse();
    assertThat(access.allows(Access.OPERATOR, "Bearer " + hash("new"))).isFalse();
    assertThat(access.allows(Access.OPERATOR, "Bearer " + "x".repeat(5000))).isFalse();
  }

  @Test
  void rejectsConfigurationThatIsNoHash() {
    assertThatThrownBy(() -> new BearerAccess(List.of(), List.of("secret")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new BearerAccess(List.of(""), List.of(" ")).allows(Access.VIEWER, "Bearer "))
        .isFalse();
  }

  static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
