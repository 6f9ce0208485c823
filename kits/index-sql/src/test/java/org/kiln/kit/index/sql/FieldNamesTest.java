package org.kiln.kit.index.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.index.FieldIndex;

class FieldNamesTest {
  private static List<String> names(List<List<String>> fields) {
    return FieldNames.of(new FieldIndex(fields), 2);
  }

  @Test
  void shouldNameMembersOnceUpToSoMany() {
    assertThat(names(List.of(List.of("a"), List.of("a"), List.of("b"), List.of("c"))))
        .containsExactly("a", "b");
  }

  @Test
  void shouldEndBeforeWhatNoQueryKnows() {
    assertThat(names(List.of(List.of("a"), List.of("b", "in"), List.of("c")))).containsExactly("a");
    assertThat(names(List.of(List.of("a\0"), List.of("b")))).isEmpty();
  }
}
