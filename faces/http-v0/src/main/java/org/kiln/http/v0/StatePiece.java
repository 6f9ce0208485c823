package org.kiln.http.v0;

import org.kiln.api.stream.StreamState;

/** A state on its way into an answer. For one thread at a time. */
final class StatePiece {
  private final StreamState state;
  private final StateTexts texts;
  private StateTexts.Text text;

  StatePiece(StreamState state, StateTexts texts) {
    this.state = state;
    this.texts = texts;
  }

  /** Whether its text may be longer than {@link Pieces#LONG_PIECE_BYTES}. */
  boolean isLong() {
    text = texts.ofShort(state, Pieces.LONG_PIECE_BYTES);
    return text == null || text.bytes().length > Pieces.LONG_PIECE_BYTES;
  }

  /** Writes it: the text that is kept, or as it is made. */
  void write(JsonBytes out) {
    if (text == null) {
      text = texts.ofShort(state, Pieces.LONG_PIECE_BYTES);
    }
    if (text != null) {
      out.raw(text.bytes(), text.stateFrom(), text.stateTo());
    } else {
      texts.write(state, out);
    }
  }
}
