package org.kiln.kit.stream;

import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamMetadata;

/** The rule about {@code controllers} that all stream types share: exactly one, a text. */
public final class Controllers {
  private Controllers() {}

  /**
   * The one controller a header or metadata names.
   *
   * @throws InvalidEventException when it names none, several, or something that is no text
   */
  public static String only(Ipld.Map header) throws InvalidEventException {
    return new StreamMetadata(header).onlyController();
  }

  /** Whether the text begins like a DID. All deployed nodes check no more than that here. */
  public static boolean looksLikeDid(String controller) {
    return controller.startsWith("did:");
  }
}
