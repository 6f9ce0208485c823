package org.kiln.anchor.evm;

import java.math.BigInteger;
import org.kiln.kit.crypto.Hashes;

/**
 * A transaction that calls a contract and sends no money.
 *
 * @param chain the chain's number (EIP-155)
 * @param nonce how many transactions the account has sent before
 * @param fees what is paid for gas
 * @param gas most gas it may use
 * @param to the contract's address, {@code 0x} hexadecimal
 * @param input the call data
 */
record EvmTransaction(
    long chain, BigInteger nonce, Fees fees, BigInteger gas, String to, byte[] input) {

  /** What is paid for gas, in wei. */
  sealed interface Fees {
    /**
     * The fees of a replacement: a tenth and one wei more, which is the least that nodes take. Some
     * compare the members, some what is paid in the end, so both rise by that much.
     *
     * @param baseFee of the latest block
     */
    Fees raised(BigInteger baseFee);

    /** The most one unit of gas can cost. */
    BigInteger most();

    /** The higher of both, member by member; those of the other form are taken as they are. */
    Fees atLeast(Fees other);

    /**
     * EIP-1559.
     *
     * @param max most for one unit of gas
     * @param tip how much of it goes to the miner at most
     */
    record Dynamic(BigInteger max, BigInteger tip) implements Fees {
      @Override
      public Fees raised(BigInteger baseFee) {
        BigInteger higherTip = Fees.aTenthMore(baseFee.add(tip)).subtract(baseFee);
        return new Dynamic(Fees.aTenthMore(max).max(baseFee.add(higherTip)), higherTip);
      }

      @Override
      public BigInteger most() {
        return max;
      }

      @Override
      public Fees atLeast(Fees other) {
        return other instanceof Dynamic dynamic
            ? new Dynamic(max.max(dynamic.max), tip.max(dynamic.tip))
            : this;
      }
    }

    /**
     * Before EIP-1559.
     *
     * @param price for one unit of gas
     */
    record Legacy(BigInteger price) implements Fees {
      @Override
      public Fees raised(BigInteger baseFee) {
        return new Legacy(Fees.aTenthMore(price));
      }

      @Override
      public BigInteger most() {
        return price;
      }

      @Override
      public Fees atLeast(Fees other) {
        return other instanceof Legacy legacy ? new Legacy(price.max(legacy.price)) : this;
      }
    }

    private static BigInteger aTenthMore(BigInteger value) {
      return value.multiply(BigInteger.valueOf(11)).divide(BigInteger.TEN).add(BigInteger.ONE);
    }
  }

  /**
   * A signed transaction.
   *
   * @param raw what is sent
   * @param hash its hash
   */
  record Signed(byte[] raw, byte[] hash) {}

  /** Signs it. */
  Signed sign(EvmKey key) {
    byte[] raw =
        switch (fees) {
          case Fees.Dynamic dynamic -> typed(dynamic, key);
          case Fees.Legacy legacy -> legacy(legacy, key);
        };
    return new Signed(raw, Hashes.keccak256(raw));
  }

  private byte[] typed(Fees.Dynamic dynamic, EvmKey key) {
    EvmKey.Signature signature = key.sign(Hashes.keccak256(withType(typedBody(dynamic))));
    return withType(
        typedBody(
            dynamic,
            Rlp.number(signature.yParity()),
            Rlp.number(signature.r()),
            Rlp.number(signature.s())));
  }

  private byte[] typedBody(Fees.Dynamic dynamic, byte[]... signature) {
    byte[][] items = new byte[9 + signature.length][];
    items[0] = Rlp.number(chain);
    items[1] = Rlp.number(nonce);
    items[2] = Rlp.number(dynamic.tip());
    items[3] = Rlp.number(dynamic.max());
    items[4] = Rlp.number(gas);
    items[5] = Rlp.bytes(Hex.data(to));
    items[6] = Rlp.number(0);
    items[7] = Rlp.bytes(input);
    items[8] = Rlp.list();
    System.arraycopy(signature, 0, items, 9, signature.length);
    return Rlp.list(items);
  }

  private static byte[] withType(byte[] body) {
    byte[] typed = new byte[body.length + 1];
    typed[0] = 2;
    System.arraycopy(body, 0, typed, 1, body.length);
    return typed;
  }

  private byte[] legacy(Fees.Legacy legacy, EvmKey key) {
    EvmKey.Signature signature =
        key.sign(
            Hashes.keccak256(legacyBody(legacy, Rlp.number(chain), Rlp.number(0), Rlp.number(0))));
    return legacyBody(
        legacy,
        Rlp.number(
            BigInteger.valueOf(chain)
                .shiftLeft(1)
                .add(BigInteger.valueOf(35 + signature.yParity()))),
        Rlp.number(signature.r()),
        Rlp.number(signature.s()));
  }

  private byte[] legacyBody(Fees.Legacy legacy, byte[] v, byte[] r, byte[] s) {
    return Rlp.list(
        Rlp.number(nonce),
        Rlp.number(legacy.price()),
        Rlp.number(gas),
        Rlp.bytes(Hex.data(to)),
        Rlp.number(0),
        Rlp.bytes(input),
        v,
        r,
        s);
  }
}
