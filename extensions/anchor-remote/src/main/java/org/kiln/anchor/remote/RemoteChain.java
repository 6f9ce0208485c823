package org.kiln.anchor.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;

/**
 * An anchor service in the place of a chain. What it hands back is checked like any other proof
 * when its time events are applied. Thread-safe.
 */
public final class RemoteChain implements AnchorChain, AutoCloseable {
  /** What it is configured by; the chain itself is the service's choice. */
  public static final String CHAIN_ID = "cas:remote";

  private final ServiceClient client;
  private final NodeIdentity identity;

  private RemoteChain(ServiceClient client, NodeIdentity identity) {
    this.client = client;
    this.identity = identity;
  }

  /**
   * The service at a URL; nothing is sent yet.
   *
   * @param seedFile holds the seed of the account requests are signed with; made when it is not
   *     there
   * @throws IOException when the file cannot be read or made
   */
  public static RemoteChain open(URI url, Path seedFile) throws IOException {
    NodeIdentity identity = NodeIdentity.of(seedFile);
    return new RemoteChain(new ServiceClient(url, identity), identity);
  }

  /** The DID to register with the service. */
  public String did() {
    return identity.did();
  }

  @Override
  public String chainId() {
    return CHAIN_ID;
  }

  @Override
  public Submission submit(Cid root, Deadline deadline) throws AnchorException {
    try {
      ServiceClient.Answer answer = client.request(root, deadline);
      if (answer.status() != 200 && answer.status() != 201 && answer.status() != 202) {
        throw refused(answer);
      }
      String id = answer.text("id");
      return new Submission(root, id.isEmpty() || id.length() > 200 ? root.toString() : id);
    } catch (IOException e) {
      throw new AnchorException(e.getMessage(), Retry.LATER, e);
    }
  }

  @Override
  public Status status(Submission submission, Deadline deadline) throws AnchorException {
    try {
      ServiceClient.Answer answer = client.status(submission.root(), deadline);
      if (answer.status() == 404) {
        return new Status.Lost("The anchor service does not know the request any more");
      }
      if (answer.status() != 200) {
        throw refused(answer);
      }
      return switch (answer.text("status")) {
        case "PENDING", "PROCESSING", "READY" -> new Status.Pending();
        case "COMPLETED" -> WitnessCar.read(answer.text("witnessCar"), submission.root());
        case "FAILED" ->
            throw new AnchorException(
                "The anchor service failed: " + brief(answer.text("message")), Retry.NEVER, null);
        case "REPLACED" ->
            throw new AnchorException(
                "A newer request under our name "
                    + identity.did()
                    + " took over at the anchor"
                    + " service; does another node use the same seed?",
                Retry.NEVER,
                null);
        default ->
            throw new AnchorException(
                "Unexpected response from the anchor service: status '"
                    + brief(answer.text("status"))
                    + "'",
                Retry.LATER,
                null);
      };
    } catch (IOException e) {
      throw new AnchorException(e.getMessage(), Retry.LATER, e);
    }
  }

  /** An operator can mend most refusals, so they do not condemn the batch. */
  private AnchorException refused(ServiceClient.Answer answer) {
    String hint =
        answer.status() == 401 || answer.status() == 403
            ? "; is " + identity.did() + " registered there?"
            : "";
    return new AnchorException(
        "The anchor service refuses with status "
            + answer.status()
            + ": "
            + brief(answer.text("error"))
            + hint,
        Retry.when(!(answer.status() == 400)),
        null);
  }

  private static String brief(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }

  @Override
  public void close() {
    client.close();
  }
}
