package org.kiln.type.instance;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.fixtures.StepDecoder;
import org.kiln.testkit.StreamVectors;
import org.kiln.testkit.Vectors;
import org.kiln.type.model.ModelType;

class InstanceVectorsTest {
  private final StreamVectors vectors =
      new StreamVectors(new StepDecoder(), new ModelType(), new InstanceType());

  static List<Vectors.Entry> cases() {
    return Vectors.load("mid");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldDoWhatJsCeramicDid(Vectors.Entry entry) throws Exception {
    vectors.replay(entry);
  }
}
