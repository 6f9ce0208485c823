package org.kiln.api.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibaseTest {

  @Property
  void shouldReadBack(@ForAll Multibase base, @ForAll byte[] bytes) {
    String text = base.encode(bytes);
    assertThat(text).startsWith(String.valueOf(base.prefix()));
    assertThat(Multibase.decode(text)).isEqualTo(bytes);
  }

  @Property
  void shouldKeepLeadingZeros(@ForAll Multibase base, @ForAll byte[] tail) {
    byte[] bytes = new byte[tail.length + 3];
    System.arraycopy(tail, 0, bytes, 3, tail.length);
    assertThat(base.decodeBody(base.encodeBody(bytes))).isEqualTo(bytes);
  }

  @Property
  void shouldWriteTheNumberThatBytesAre(@ForAll byte[] bytes) {
    String digits = Multibase.BASE36.encodeBody(bytes).replaceFirst("^0+", "");
    BigInteger number = new BigInteger(1, bytes);
    assertThat(digits).isEqualTo(number.signum() == 0 ? "" : number.toString(36));
  }

  // The test vectors of the multibase specification ("yes mani !").
  @ParameterizedTest
  @CsvSource({
    "BASE16,f796573206d616e692021",
    "BASE32,bpfsxgidnmfxgsibb",
    "BASE36,k2lcpzo5yikidynfl",
    "BASE58BTC,z7paNL19xttacUY",
    "BASE64,meWVzIG1hbmkgIQ",
    "BASE64URL,ueWVzIG1hbmkgIQ"
  })
  void shouldWriteTheKnownText(Multibase base, String text) {
    byte[] bytes = "yes mani !".getBytes(StandardCharsets.UTF_8);
    assertThat(base.encode(bytes)).isEqualTo(text);
    assertThat(Multibase.decode(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"F796573206D616E692021", "BPFSXGIDNMFXGSIBB", "K2LCPZO5YIKIDYNFL"})
  void shouldReadUpperCase(String text) {
    assertThat(Multibase.decode(text)).isEqualTo("yes mani !".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "?abc", "f7", "fzz", "b1", "bpb", "z0OIl", "m+_", "uab=", "BpF", "k-"})
  void rejectsWhatIsNotOfTheBase(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Multibase.decode(text));
  }
}
