package org.kiln.anchor;

import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagCbor;

/**
 * A batch, without its leaves.
 *
 * @param number its number
 * @param stage how far it is
 * @param chunks how many chunks of leaves it has
 * @param leaves how many leaves
 * @param chunksDone how many chunks the current stage is through with
 */
record BatchHeader(long number, Stage stage, int chunks, int leaves, int chunksDone) {

  static BatchHeader first(long number) {
    return new BatchHeader(number, new Stage.Collecting(), 0, 0, 0);
  }

  BatchHeader at(Stage next) {
    return new BatchHeader(number, next, chunks, leaves, 0);
  }

  BatchHeader withChunk(int size) {
    return size == 0 ? this : new BatchHeader(number, stage, chunks + 1, leaves + size, chunksDone);
  }

  BatchHeader done(int count) {
    return new BatchHeader(number, stage, chunks, leaves, count);
  }

  byte[] encode() {
    return DagCbor.encode(
        Ipld.map(
            "number", Ipld.of(number),
            "stage", stage.encode(),
            "chunks", Ipld.of(chunks),
            "leaves", Ipld.of(leaves),
            "done", Ipld.of(chunksDone)));
  }

  static BatchHeader decode(byte[] value) {
    Ipld.Map map = Records.map(value);
    if (!(map.entries().get("stage") instanceof Ipld.Map stage)) {
      throw Records.broken("no stage", null);
    }
    return new BatchHeader(
        Records.number(map, "number"),
        Stage.decode(stage),
        (int) Records.number(map, "chunks"),
        (int) Records.number(map, "leaves"),
        (int) Records.number(map, "done"));
  }
}
