package org.kiln.sample.calendar;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.testkit.AnchorChainContract;

class CalendarChainContractTest extends AnchorChainContract {
  @TempDir Path directory;

  @Override
  protected AnchorChain chain() {
    return new CalendarChain(directory.resolve("calendar.txt"), InstantSource.system());
  }

  @Override
  protected AnchorProofValidator validator() {
    return new CalendarChain(directory.resolve("calendar.txt"), InstantSource.system());
  }

  @Override
  protected void settle() {
    // An entry is final when it is written.
  }
}
