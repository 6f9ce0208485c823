package org.kiln.anchor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;

/** A chain that does what a test tells it; it outlives the crashes of the node. */
final class FakeChain implements AnchorChain {
  static final String ID = "fake:1";

  private final Map<Cid, Integer> transactions = new HashMap<>();
  private final List<Cid> roots = new ArrayList<>();
  private Status status = new Status.Final(proof(Cid.sha256(Cid.RAW, new byte[0])));
  private AnchorException failure;
  private int calls;

  @Override
  public String chainId() {
    return ID;
  }

  @Override
  public synchronized Submission submit(Cid root, Deadline deadline) throws AnchorException {
    calls++;
    if (failure != null) {
      throw failure;
    }
    if (transactions.putIfAbsent(root, roots.size()) == null) {
      roots.add(root);
    }
    return new Submission(root, "tx-" + transactions.get(root));
  }

  @Override
  public synchronized Status status(Submission submission, Deadline deadline)
      throws AnchorException {
    calls++;
    if (failure != null) {
      throw failure;
    }
    return status instanceof Status.Final ? new Status.Final(proof(submission.root())) : status;
  }

  synchronized void answer(Status next) {
    status = next;
  }

  synchronized void fail(AnchorException next) {
    failure = next;
  }

  /** Distinct roots paid for. */
  synchronized List<Cid> roots() {
    return List.copyOf(roots);
  }

  synchronized int calls() {
    return calls;
  }

  static Status finalNow() {
    return new Status.Final(proof(Cid.sha256(Cid.RAW, new byte[0])));
  }

  static AnchorProof proof(Cid root) {
    return new AnchorProof(
        ID,
        root,
        Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, root.digest()),
        Optional.of("f(bytes32)"));
  }
}
