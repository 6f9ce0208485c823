package org.kiln.events.table;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the blocks table says of one CID.
 *
 * @param place the record the block's bytes lie in
 * @param number which block of that record
 * @param event the record of the event whose own block it is, if it is an event
 */
public record BlockEntry(Place place, int number, Optional<Place> event) {
  private static final int EVENT_IS_HERE = 1;
  private static final int EVENT_IS_ELSEWHERE = 2;

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException or BufferUnderflowException when it is none
   */
  public static BlockEntry read(byte[] source) {
    ByteBuffer in = ByteBuffer.wrap(source);
    int flags = in.get();
    Place place = Place.read(in);
    int number = (int) Varints.read(in);
    return switch (flags) {
      case 0 -> new BlockEntry(place, number, Optional.empty());
      case EVENT_IS_HERE -> new BlockEntry(place, number, Optional.of(place));
      case EVENT_IS_ELSEWHERE -> new BlockEntry(place, number, Optional.of(Place.read(in)));
      default -> throw new IllegalArgumentException("Unknown flags " + flags + " of a block");
    };
  }

  /** The same, of a block that is an event itself. */
  public BlockEntry withEvent(Place of) {
    return new BlockEntry(place, number, Optional.of(of));
  }

  /** As it stands in the table. */
  public byte[] bytes() {
    boolean here = event.isPresent() && event.get().sequence() == place.sequence();
    boolean elsewhere = event.isPresent() && !here;
    ByteBuffer out =
        ByteBuffer.allocate(1 + Place.BYTES + Varints.size(number) + (elsewhere ? Place.BYTES : 0));
    out.put((byte) (here ? EVENT_IS_HERE : elsewhere ? EVENT_IS_ELSEWHERE : 0));
    place.write(out);
    Varints.write(number, out);
    if (elsewhere) {
      event.get().write(out);
    }
    return out.array();
  }
}
