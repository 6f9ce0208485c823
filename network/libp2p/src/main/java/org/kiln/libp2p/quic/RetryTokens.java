package org.kiln.libp2p.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Has dialling peers show that they are where their packets say (RFC 9000, 8.1.2), while places are
 * scarce: datagrams with made-up senders then cost no more than an answer. At other times nobody
 * pays for it with a round trip. Confined to an event loop.
 */
public final class RetryTokens implements QuicTokenHandler {
  private static final int MAC_BYTES = 16;
  private static final int TIME_BYTES = 8;
  private static final int OWN_BYTES = TIME_BYTES + MAC_BYTES;
  private static final long VALID_NANOS = 10_000_000_000L;

  private final Predicate<InetAddress> mustShow;
  private final LongSupplier nanoTime;
  private final Mac mac;

  /**
   * Tokens of a secret of their own.
   *
   * @param mustShow whether tokens are asked for now, of who comes from there
   */
  public RetryTokens(Predicate<InetAddress> mustShow, LongSupplier nanoTime) {
    this.mustShow = mustShow;
    this.nanoTime = nanoTime;
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    try {
      this.mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HMAC-SHA256", e);
    }
  }

  @Override
  public boolean writeToken(ByteBuf out, ByteBuf dcid, InetSocketAddress address) {
    if (!mustShow.test(address.getAddress())) {
      return false;
    }
    byte[] id = bytes(dcid, 0);
    long now = nanoTime.getAsLong();
    out.writeLong(now).writeBytes(mac(now, address, id)).writeBytes(id);
    return true;
  }

  @Override
  public int validateToken(ByteBuf token, InetSocketAddress address) {
    int length = token.readableBytes();
    if (length < OWN_BYTES || length > maxTokenLength()) {
      return -1;
    }
    long made = token.getLong(token.readerIndex());
    byte[] sent = Arrays.copyOf(bytes(token, TIME_BYTES), MAC_BYTES);
    boolean good = MessageDigest.isEqual(sent, mac(made, address, bytes(token, OWN_BYTES)));
    long age = nanoTime.getAsLong() - made;
    return good && age >= 0 && age <= VALID_NANOS ? OWN_BYTES : -1;
  }

  @Override
  public int maxTokenLength() {
    return OWN_BYTES + Quic.MAX_CONN_ID_LEN;
  }

  private static byte[] bytes(ByteBuf from, int offset) {
    byte[] bytes = new byte[from.readableBytes() - offset];
    from.getBytes(from.readerIndex() + offset, bytes);
    return bytes;
  }

  private byte[] mac(long made, InetSocketAddress address, byte[] id) {
    byte[] ip = address.getAddress().getAddress();
    mac.update(ByteBuffer.allocate(12).putLong(made).putInt(address.getPort()).flip());
    mac.update((byte) ip.length);
    mac.update(ip);
    return Arrays.copyOf(mac.doFinal(id), MAC_BYTES);
  }
}
