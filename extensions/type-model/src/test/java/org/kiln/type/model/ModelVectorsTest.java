package org.kiln.type.model;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.fixtures.StepDecoder;
import org.kiln.testkit.StreamVectors;
import org.kiln.testkit.Vectors;

class ModelVectorsTest {
  private final StreamVectors vectors = new StreamVectors(new StepDecoder(), new ModelType());

  static List<Vectors.Entry> cases() {
    return Vectors.load("model");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldDoWhatJsCeramicDid(Vectors.Entry entry) throws Exception {
    vectors.replay(entry);
  }
}
