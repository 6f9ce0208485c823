package org.kiln.libp2p.noise;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.kiln.libp2p.io.MessageBuffer;

/**
 * The encrypted channel as a pipeline handler: messages of a two-byte length and a ciphertext. What
 * comes in goes on as heap buffers, one a message, whose memory is used again when released. What
 * goes out is consumed within the call of {@code write}, so the caller may reuse its memory.
 * Confined to the event loop.
 */
public final class NoiseChannel extends ChannelDuplexHandler {
  /** Most plaintext in one message. */
  public static final int MAX_PLAINTEXT = Noise.MAX_MESSAGE - CipherState.TAG;

  /** A shorter message gets an array of its length, so that little unread data holds little. */
  private static final int POOL_FROM = 32 * 1024;

  private static final byte[] NOTHING = {};
  private static final FastThreadLocal<byte[]> SCRATCH =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[2 * (Noise.MAX_MESSAGE + 2)];
        }
      };

  private final CipherState sending;
  private final CipherState receiving;
  private int length = -1;
  private int firstLengthByte = -1;
  private ByteBuf message;

  NoiseChannel(CipherState sending, CipherState receiving) {
    this.sending = sending;
    this.receiving = receiving;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object packet) throws Exception {
    ByteBuf in = (ByteBuf) packet;
    try {
      while (in.isReadable()) {
        readSome(context, in);
      }
    } catch (GeneralSecurityException | IOException e) {
      context.fireExceptionCaught(e);
      context.close();
    } finally {
      in.release();
    }
  }

  private void readSome(ChannelHandlerContext context, ByteBuf in)
      throws GeneralSecurityException, IOException {
    if (length < 0) {
      if (firstLengthByte < 0) {
        firstLengthByte = in.readUnsignedByte();
        return;
      }
      length = firstLengthByte << 8 | in.readUnsignedByte();
      firstLengthByte = -1;
      if (length < CipherState.TAG) {
        throw new IOException("A Noise message of " + length + " bytes");
      }
      return;
    }
    if (message == null) {
      message = length > POOL_FROM ? MessageBuffer.take() : Unpooled.buffer(length);
    }
    int take = Math.min(in.readableBytes(), length - message.writerIndex());
    message.writeBytes(in, take);
    if (message.writerIndex() == length) {
      ByteBuf whole = message;
      message = null;
      int size = receiving.decrypt(NOTHING, whole.array(), 0, length);
      length = -1;
      if (size > 0) {
        context.fireChannelRead(whole.writerIndex(size));
      } else {
        whole.release();
      }
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object packet, ChannelPromise promise)
      throws Exception {
    if (!(packet instanceof ByteBuf plain)) {
      ReferenceCountUtil.release(packet);
      throw new IllegalArgumentException("Only bytes can be encrypted");
    }
    try {
      byte[] scratch = SCRATCH.get();
      int half = scratch.length / 2;
      do {
        int take = Math.min(plain.readableBytes(), MAX_PLAINTEXT);
        byte[] in;
        int offset;
        if (plain.hasArray()) {
          in = plain.array();
          offset = plain.arrayOffset() + plain.readerIndex();
          plain.skipBytes(take);
        } else {
          in = scratch;
          offset = half;
          plain.readBytes(scratch, half, take);
        }
        int size = sending.encrypt(NOTHING, in, offset, take, scratch, 2);
        scratch[0] = (byte) (size >> 8);
        scratch[1] = (byte) size;
        ByteBuf out = context.alloc().directBuffer(size + 2).writeBytes(scratch, 0, size + 2);
        context.write(out, plain.isReadable() ? context.voidPromise() : promise);
      } while (plain.isReadable());
    } finally {
      plain.release();
    }
  }
}
