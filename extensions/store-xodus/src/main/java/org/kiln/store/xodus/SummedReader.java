package org.kiln.store.xodus;

import java.util.ArrayList;
import java.util.List;
import jetbrains.exodus.io.Block;
import jetbrains.exodus.io.DataReader;
import jetbrains.exodus.io.FileDataReader;

/** Hands Xodus log files whose pages are checked when they are read. */
final class SummedReader implements DataReader {
  private final FileDataReader files;
  private final LogSums sums;

  SummedReader(FileDataReader files, LogSums sums) {
    this.files = files;
    this.sums = sums;
  }

  @Override
  public String getLocation() {
    return files.getLocation();
  }

  @Override
  public Iterable<Block> getBlocks() {
    return summed(files.getBlocks());
  }

  @Override
  public Iterable<Block> getBlocks(long fromAddress) {
    return summed(files.getBlocks(fromAddress));
  }

  private List<Block> summed(Iterable<Block> blocks) {
    List<Block> summed = new ArrayList<>();
    blocks.forEach(block -> summed.add(new SummedBlock(block, sums)));
    return summed;
  }

  @Override
  public void close() {
    files.close();
  }
}
