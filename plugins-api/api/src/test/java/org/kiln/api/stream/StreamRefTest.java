package org.kiln.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Cid;

class StreamRefTest {
  private static final String STREAM =
      "kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s";
  private static final String GENESIS =
      "k3y52l7qbv1frxwipl4hp7e6jlu4f6u8upm2xv0irmedfkm5cnutmezzi3u7mytj4";
  private static final Cid INIT =
      Cid.parse("bagcqcerakszw2vsovxznyp5gfnpdj4cqm2xiv76yd24wkjewhhykovorwo6a");
  private static final String COMMIT =
      "bagjqcgzaday6dzalvmy5ady2m5a5legq5zrbsnlxfc2bfxej532ds7htpova";

  @ParameterizedTest
  @ValueSource(strings = {"%s", "ceramic://%s", "/ceramic/%s", " %s\n", "%s?version=0"})
  void shouldReadEveryFormOfAStream(String form) {
    StreamRef ref = StreamRef.parse(form.formatted(STREAM));
    assertThat(ref.stream()).isEqualTo(StreamId.of(0, INIT)).hasToString(STREAM);
    assertThat(ref.event()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {GENESIS, "ceramic://" + GENESIS, STREAM + "?commit=0"})
  void shouldReadEveryFormOfTheGenesis(String text) {
    CommitId commit = CommitId.parse(text);
    assertThat(commit.isGenesis()).isTrue();
    assertThat(commit).hasToString(GENESIS).isEqualTo(CommitId.genesis(StreamId.parse(STREAM)));
    assertThat(commit.bytes()).endsWith((byte) 0);
  }

  @Test
  void shouldReadACommit() {
    CommitId commit = CommitId.parse(STREAM + "?commit=" + COMMIT);
    assertThat(commit.event()).hasToString(COMMIT);
    assertThat(commit.bytes()).hasSize(77);
    assertThat(CommitId.of(commit.bytes())).isEqualTo(commit);
    assertThat(commit.url()).isEqualTo("ceramic://" + commit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "k",
        "x" + STREAM,
        STREAM + "/more",
        STREAM + "?commit=",
        STREAM + "?commit=nonsense",
        GENESIS + "?commit=0",
        "KJZL6CWE1JW147DVQ16ZLUOJMRAQVWDMBH61DX9E0C59I344LCRSGQFOHEXP60S"
      })
  void rejectsWhatIsNone(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> StreamRef.parse(text));
  }

  @Test
  void rejectsACommitWhereAStreamIsWanted() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StreamId.parse(GENESIS))
        .withMessageContaining("contains commit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommitId.parse(STREAM))
        .withMessageContaining("no commit information provided");
  }

  @Test
  void shouldKnowTheModelOfModels() {
    assertThat(StreamId.MODEL.type()).isEqualTo(4);
    assertThat(StreamId.MODEL.init()).hasToString("bafyxccyabfug233emvwc25rr");
    assertThat(StreamId.of(StreamId.MODEL.bytes())).isEqualTo(StreamId.MODEL);
  }
}
