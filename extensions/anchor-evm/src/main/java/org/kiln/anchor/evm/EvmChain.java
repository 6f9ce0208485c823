package org.kiln.anchor.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.kiln.anchor.evm.EvmTransaction.Fees;
import org.kiln.anchor.evm.Journal.Sent;
import org.kiln.anchor.evm.JsonRpc.RpcException;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes roots by calling the anchor contract. The account must be the node's own: its next nonce
 * is always the one after the last mined transaction, so a transaction that hangs is replaced,
 * whoever sent it. Thread-safe.
 */
final class EvmChain implements AnchorChain {
  private static final Logger LOG = LoggerFactory.getLogger(EvmChain.class);

  /**
   * How often a refused transaction is sent again, a tenth dearer each time; then it is for later.
   */
  private static final int MOST_RAISES = 60;

  private static final int TX_HASH_BYTES = 32;

  private final EvmNode node;
  private final EvmKey key;
  private final EvmSettings settings;
  private final FeeMarket market;
  private final Journal journal;
  private final InstantSource clock;

  EvmChain(EvmNode node, EvmKey key, EvmSettings settings, Journal journal, InstantSource clock) {
    this.node = node;
    this.key = key;
    this.settings = settings;
    this.market = new FeeMarket(node, settings.form());
    this.journal = journal;
    this.clock = clock;
  }

  @Override
  public String chainId() {
    return node.chainId();
  }

  @Override
  public synchronized Submission submit(Cid root, Deadline deadline) throws AnchorException {
    byte[] input = AnchorContract.call(root);
    return asking(
        () -> {
          node.requireChain(deadline);
          BigInteger nonce = node.nonce(key.address(), deadline);
          List<Sent> sent = journal.of(root);
          if (!sent.isEmpty()) {
            Sent last = sent.get(sent.size() - 1);
            boolean waits = last.nonce().compareTo(nonce) >= 0;
            if (waits) {
              broadcast(last, deadline);
            }
            if (waits || mined(sent, deadline).isPresent()) {
              return new Submission(root, sent.get(0).hash());
            }
          }
          BigInteger gas = gas(input, deadline);
          FeeMarket.Quote quote = market.now(deadline);
          // Whatever of ours hangs there with that nonce must be outbid.
          Fees fees =
              journal
                  .withNonce(nonce)
                  .map(hanging -> quote.over(hanging.fees()))
                  .orElse(quote.fees());
          Sent first = send(root, nonce, fees, quote, gas, input, deadline);
          return new Submission(root, first.hash());
        });
  }

  @Override
  public synchronized Status status(Submission submission, Deadline deadline)
      throws AnchorException {
    return asking(
        () -> {
          node.requireChain(deadline);
          List<Sent> sent = journal.of(submission.root());
          if (sent.isEmpty()) {
            return forgotten(submission, deadline);
          }
          // The count first: if it passes our nonce between the two questions, a receipt is there.
          BigInteger nonce = node.nonce(key.address(), deadline);
          Optional<Mined> mined = mined(sent, deadline);
          if (mined.isPresent()) {
            return status(submission.root(), mined.get(), deadline);
          }
          Sent last = sent.get(sent.size() - 1);
          if (last.nonce().compareTo(nonce) < 0) {
            return new Status.Lost(
                "Another transaction of " + key.address() + " took nonce " + last.nonce());
          }
          push(last, deadline);
          return new Status.Pending();
        });
  }

  private record Mined(String hash, EvmNode.Receipt receipt) {}

  private Optional<Mined> mined(List<Sent> sent, Deadline deadline)
      throws IOException, RpcException {
    // Any of them may have made it: the dearest is only the likeliest.
    for (int i = sent.size() - 1; i >= 0; i--) {
      Optional<EvmNode.Receipt> receipt = node.receipt(sent.get(i).hash(), deadline);
      if (receipt.isPresent()) {
        return Optional.of(new Mined(sent.get(i).hash(), receipt.get()));
      }
    }
    return Optional.empty();
  }

  private Status status(Cid root, Mined mined, Deadline deadline)
      throws IOException, RpcException, AnchorException {
    EvmNode.Receipt receipt = mined.receipt();
    if (!receipt.succeeded()) {
      throw new AnchorException(
          "The contract "
              + settings.contract()
              + " reverted transaction "
              + mined.hash()
              + "; is "
              + key.address()
              + " on its allow list?",
          Retry.NEVER,
          null);
    }
    // A chain's node answers with receipts of its main branch only.
    long confirmations = node.latest(deadline).number() - receipt.blockNumber();
    if (confirmations < settings.confirmations()) {
      return new Status.Included((int) Math.max(0, Math.min(confirmations, Integer.MAX_VALUE)));
    }
    return new Status.Final(
        new AnchorProof(chainId(), root, txHash(mined.hash()), Optional.of(AnchorContract.CALL)));
  }

  /** Our journal is gone: what is left is the hash the node has kept. */
  private Status forgotten(Submission submission, Deadline deadline)
      throws IOException, RpcException, AnchorException {
    Optional<EvmNode.Receipt> receipt = node.receipt(submission.reference(), deadline);
    if (receipt.isPresent()) {
      return status(submission.root(), new Mined(submission.reference(), receipt.get()), deadline);
    }
    return node.transaction(submission.reference(), deadline).isPresent()
        ? new Status.Pending()
        : new Status.Lost("Transaction " + submission.reference() + " is not found");
  }

  /**
   * Sees to it that a transaction gets into a block: sends it again, or a dearer one in its place.
   */
  private void push(Sent last, Deadline deadline)
      throws IOException, RpcException, AnchorException {
    if (clock.millis() - last.sentAt() < settings.stuckAfter().toMillis()) {
      if (node.transaction(last.hash(), deadline).isEmpty()) {
        broadcast(last, deadline);
      }
      return;
    }
    byte[] input = AnchorContract.call(last.root());
    FeeMarket.Quote quote = market.now(deadline);
    Fees fees = quote.over(last.fees());
    if (fees.most().compareTo(settings.maxFee()) > 0) {
      LOG.warn(
          "Transaction {} hangs, but a dearer one would cost more than {} wei a unit of gas",
          last.hash(),
          settings.maxFee());
      broadcast(last, deadline);
      return;
    }
    BigInteger gas = gas(input, deadline);
    Sent next = send(last.root(), last.nonce(), fees, quote, gas, input, deadline);
    LOG.info("Transaction {} hung and was replaced by {}", last.hash(), next.hash());
  }

  /** Signs, writes down, sends; raises the fees as long as the node wants more. */
  private Sent send(
      Cid root,
      BigInteger nonce,
      Fees fees,
      FeeMarket.Quote quote,
      BigInteger gas,
      byte[] input,
      Deadline deadline)
      throws IOException, RpcException, AnchorException {
    Fees now = fees;
    for (int raises = 0; ; raises++) {
      if (now.most().compareTo(settings.maxFee()) > 0) {
        throw new AnchorException(
            "Gas costs " + now.most() + " wei, more than the limit of " + settings.maxFee(),
            Retry.LATER,
            null);
      }
      EvmTransaction transaction =
          new EvmTransaction(node.chainNumber(), nonce, now, gas, settings.contract(), input);
      EvmTransaction.Signed signed = transaction.sign(key);
      Sent sent = new Sent(root, nonce, Hex.data(signed.hash()), signed.raw(), now, clock.millis());
      journal.write(sent);
      try {
        broadcast(sent, deadline);
        return sent;
      } catch (RpcException e) {
        if (!e.says("underpriced", "fee too low", "max fee per gas less")
            || raises == MOST_RAISES) {
          throw e;
        }
        LOG.debug("The chain's node wants more than {} wei: {}", now.most(), e.getMessage());
        now = now.raised(quote.baseFee());
      }
    }
  }

  /** Sends a transaction, which may be there already. */
  private void broadcast(Sent sent, Deadline deadline) throws IOException, RpcException {
    try {
      node.send(sent.raw(), deadline);
    } catch (RpcException e) {
      // "Nonce too low": this one or another has been mined; the next question shows which.
      if (!e.says("already known", "known transaction", "already imported", "nonce too low")) {
        throw e;
      }
    }
  }

  private BigInteger gas(byte[] input, Deadline deadline) throws IOException, RpcException {
    BigInteger estimate = node.estimateGas(key.address(), settings.contract(), input, deadline);
    return estimate.multiply(BigInteger.valueOf(6)).divide(BigInteger.valueOf(5));
  }

  private interface Question<T> {
    T ask() throws IOException, RpcException, AnchorException;
  }

  private <T> T asking(Question<T> question) throws AnchorException {
    try {
      return question.ask();
    } catch (IOException e) {
      throw new AnchorException(e.getMessage(), Retry.LATER, e);
    } catch (RpcException e) {
      boolean permanent = e.says("insufficient funds", "revert", "not allowed");
      throw new AnchorException(
          "Chain " + chainId() + " refuses: " + e.getMessage(), Retry.when(!permanent), e);
    }
  }

  private static Cid txHash(String hash) throws IOException {
    byte[] digest = Hex.data(hash);
    if (digest.length != TX_HASH_BYTES) {
      throw new IOException("Not a transaction hash: " + hash);
    }
    return Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, digest);
  }
}
