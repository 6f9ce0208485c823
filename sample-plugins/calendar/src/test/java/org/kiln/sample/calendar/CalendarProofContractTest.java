package org.kiln.sample.calendar;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.testkit.AnchorProofValidatorContract;
import org.kiln.testkit.SampleStream;

class CalendarProofContractTest extends AnchorProofValidatorContract {
  @TempDir Path directory;

  @Override
  protected AnchorProofValidator validator() {
    return chain();
  }

  private CalendarChain chain() {
    return new CalendarChain(directory.resolve("calendar.txt"), InstantSource.system());
  }

  @Override
  protected AnchorProof proof() throws Exception {
    Cid root = SampleStream.cid("root");
    Cid seal = Cid.parse(chain().submit(root, Deadline.NONE).reference());
    return new AnchorProof(CalendarChain.CHAIN_ID, root, seal, Optional.empty());
  }
}
