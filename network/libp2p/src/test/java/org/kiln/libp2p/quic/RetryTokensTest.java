package org.kiln.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryTokensTest {
  private static final InetSocketAddress HERE = new InetSocketAddress("192.0.2.1", 4101);
  private static final byte[] ID = {1, 2, 3, 4, 5, 6, 7, 8};

  private final AtomicLong now = new AtomicLong(-5);
  private final RetryTokens tokens = new RetryTokens(HERE.getAddress()::equals, now::get);

  private ByteBuf token() {
    ByteBuf token = Unpooled.buffer();
    assertThat(tokens.writeToken(token, Unpooled.wrappedBuffer(ID), HERE)).isTrue();
    return token;
  }

  @Test
  void shouldAskNobodyWhoHasRoom() {
    InetSocketAddress there = new InetSocketAddress("192.0.2.2", 4101);
    ByteBuf token = Unpooled.buffer();
    assertThat(tokens.writeToken(token, Unpooled.wrappedBuffer(ID), there)).isFalse();
    assertThat(token.isReadable()).isFalse();
  }

  @Test
  void shouldKnowItsOwnTokensForTenSeconds() {
    ByteBuf token = token();
    assertThat(token.readableBytes()).isLessThanOrEqualTo(tokens.maxTokenLength());
    now.addAndGet(9_000_000_000L);
    int own = tokens.validateToken(token, HERE);
    byte[] id = new byte[token.readableBytes() - own];
    token.getBytes(token.readerIndex() + own, id);
    assertThat(id).containsExactly(ID);
    now.addAndGet(2_000_000_000L);
    assertThat(tokens.validateToken(token, HERE)).isEqualTo(-1);
  }

  @Test
  void rejectsTokensOfOthers() {
    ByteBuf token = token();
    assertThat(tokens.validateToken(token, new InetSocketAddress("192.0.2.2", 4101))).isEqualTo(-1);
    assertThat(tokens.validateToken(token, new InetSocketAddress("192.0.2.1", 4102))).isEqualTo(-1);
    for (int at = 0; at < token.readableBytes(); at++) {
      ByteBuf changed = token.copy().setByte(at, token.getByte(at) ^ 1);
      assertThat(tokens.validateToken(changed, HERE)).as("byte %d", at).isEqualTo(-1);
    }
    assertThat(tokens.validateToken(token.copy(0, 23), HERE)).isEqualTo(-1);
    assertThat(tokens.validateToken(Unpooled.buffer(999).writeZero(999), HERE)).isEqualTo(-1);
    RetryTokens others = new RetryTokens(any -> true, now::get);
    assertThat(others.validateToken(token, HERE)).isEqualTo(-1);
  }
}
