package org.kiln.kit.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;

/** Against Node.js on thousands of doubles, and against the rules on any. */
class JsNumberTest {

  @Test
  void shouldWriteWhatNodeWrites() throws IOException {
    List<String> differences = new ArrayList<>();
    int count = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                JsNumberTest.class.getResourceAsStream("numbers.txt"), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        double value = Double.longBitsToDouble(Long.parseUnsignedLong(line.substring(0, 16), 16));
        String expected = line.substring(17);
        count++;
        if (!JsNumber.text(value).equals(expected)) {
          differences.add(expected + " but was " + JsNumber.text(value));
        }
      }
    }
    assertThat(differences).isEmpty();
    assertThat(count).isGreaterThan(4_000);
  }

  @Test
  void shouldNameWhatIsNoNumber() {
    assertThat(JsNumber.text(Double.NaN)).isEqualTo("NaN");
    assertThat(JsNumber.text(Double.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
    assertThat(JsNumber.text(-0.0)).isEqualTo("0");
  }

  @Test
  void shouldWriteNumbersInMessagesTheSame() {
    assertThat(IpldText.json(new Ipld.Float64(5e-324), 100)).isEqualTo("5e-324");
    assertThat(IpldText.json(new Ipld.Float64(1e21), 100)).isEqualTo("1e+21");
  }

  @Property
  void shouldReadBackAndBeTheShortest(@ForAll("doubles") double value) {
    String text = JsNumber.text(value);
    assertThat(Double.parseDouble(text)).isEqualTo(value + 0.0);
    BigDecimal exact = new BigDecimal(Math.abs(value));
    int digits = new BigDecimal(text).stripTrailingZeros().precision();
    // No number of fewer digits reads back, and none of as many lies closer.
    for (RoundingMode mode : List.of(RoundingMode.DOWN, RoundingMode.UP)) {
      if (digits > 1) {
        BigDecimal shorter = exact.round(new MathContext(digits - 1, mode));
        assertThat(shorter.doubleValue()).isNotEqualTo(Math.abs(value));
      }
      BigDecimal other = exact.round(new MathContext(digits, mode));
      if (value != 0 && other.doubleValue() == Math.abs(value)) {
        assertThat(new BigDecimal(text).abs().subtract(exact).abs())
            .isLessThanOrEqualTo(other.subtract(exact).abs());
      }
    }
  }

  @Provide
  Arbitrary<Double> doubles() {
    Arbitrary<Double> any =
        Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
    Arbitrary<Double> subnormal =
        Arbitraries.longs().between(0, 5_000).map(Double::longBitsToDouble);
    return Arbitraries.oneOf(any, subnormal, Arbitraries.doubles());
  }
}
