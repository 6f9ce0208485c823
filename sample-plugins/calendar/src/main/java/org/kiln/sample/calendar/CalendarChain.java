package org.kiln.sample.calendar;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.sample.calendar.Calendar.Entry;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The chain and the validator of its proofs. Thread-safe. */
@Component(
    configurationPid = "org.kiln.sample.calendar",
    property = {
      AnchorChain.CHAIN_PROPERTY + "=" + CalendarChain.CHAIN_ID,
      AnchorProofValidator.CHAINS_PROPERTY + "=" + CalendarChain.CHAIN_ID
    })
@Designate(ocd = CalendarChain.Config.class)
public final class CalendarChain implements AnchorChain, AnchorProofValidator {
  /** The chain, as CAIP-2 writes it. */
  public static final String CHAIN_ID = "calendar:file";

  private static final long RETRY_MS = 60_000;

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln sample: calendar")
  public @interface Config {
    /** Where the calendar is kept. */
    @AttributeDefinition(
        description = "The calendar's file; empty for one in the plugin's own area.")
    String file() default "";
  }

  private final Calendar calendar;

  /** A chain over the file that is configured. */
  @Activate
  public CalendarChain(BundleContext context, Config config) {
    this(
        config.file().isBlank()
            ? context.getDataFile("calendar.txt").toPath()
            : Path.of(config.file()),
        InstantSource.system());
  }

  CalendarChain(Path file, InstantSource clock) {
    this.calendar = new Calendar(file, clock);
  }

  @Override
  public String chainId() {
    return CHAIN_ID;
  }

  @Override
  public Submission submit(Cid root, Deadline deadline) throws AnchorException {
    try {
      return new Submission(root, calendar.add(root).seal().toString());
    } catch (IOException e) {
      throw new AnchorException(
          "The calendar cannot be written: " + e.getMessage(), Retry.LATER, e);
    }
  }

  @Override
  public Status status(Submission submission, Deadline deadline) throws AnchorException {
    try {
      Optional<Entry> entry = calendar.ofRoot(submission.root());
      if (entry.isEmpty()) {
        return new Status.Lost("The calendar has no entry " + submission.root());
      }
      Cid seal = entry.get().seal();
      return seal.toString().equals(submission.reference())
          ? new Status.Final(new AnchorProof(CHAIN_ID, submission.root(), seal, Optional.empty()))
          : new Status.Lost("The calendar's entry " + submission.root() + " has another seal");
    } catch (IOException e) {
      throw new AnchorException("The calendar cannot be read: " + e.getMessage(), Retry.LATER, e);
    }
  }

  @Override
  public Validation validate(AnchorProof proof, Deadline deadline) {
    if (!proof.chainId().equals(CHAIN_ID)) {
      return new Validation.Invalid("Chain '" + proof.chainId() + "' is not " + CHAIN_ID);
    }
    try {
      Optional<Entry> entry = calendar.ofSeal(proof.txHash());
      if (entry.isEmpty()) {
        return new Validation.Unknown(
            "This copy of the calendar has no entry with the seal " + proof.txHash(),
            Retry.after(Duration.ofMillis(RETRY_MS)));
      }
      return entry.get().root().equals(proof.root())
          ? new Validation.Valid(Instant.ofEpochSecond(entry.get().seconds()))
          : new Validation.Invalid(
              "The calendar's entry "
                  + proof.txHash()
                  + " is of another root, "
                  + entry.get().root());
    } catch (IOException e) {
      return new Validation.Unknown(
          "The calendar cannot be read: " + e.getMessage(),
          Retry.after(Duration.ofMillis(RETRY_MS)));
    }
  }
}
