package org.kiln.libp2p;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Is done with what is written within the call, as the encrypting handler is. */
public final class Consuming extends ChannelOutboundHandlerAdapter {
  @Override
  public void write(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
    ByteBuf bytes = (ByteBuf) packet;
    context.write(Unpooled.copiedBuffer(bytes), promise);
    bytes.release();
  }
}
