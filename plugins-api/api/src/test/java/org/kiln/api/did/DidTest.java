package org.kiln.api.did;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DidTest {
  private static final Pattern SYNTAX = Pattern.compile("did:[a-z0-9]+:[A-Za-z0-9._:%@-]+");

  @Property
  void shouldTakeWhatTheSyntaxAllowsAndNothingElse(@ForAll("texts") String text) {
    if (SYNTAX.matcher(text).matches()) {
      assertThat(new Did(text)).hasToString(text);
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Did(text))
          .withMessage("Not a DID: " + text);
    }
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "did", ":", "key", "3", "A", "z6Mk", ".", "_", "%", "@", "-", "/", "#", "?", " ", "é",
            "\n", "[", "`", "{");
    Arbitrary<String> any = pieces.list().ofMaxSize(8).map(list -> String.join("", list));
    return Arbitraries.oneOf(
        any, any.map(rest -> "did:" + rest), any.map(rest -> "did:key:" + rest));
  }
}
