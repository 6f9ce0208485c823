package org.kiln.net.bitswap;

/**
 * What bitswap holds and has done.
 *
 * @param blocksSent blocks given to peers
 * @param bytesSent bytes in them
 * @param blocksReceived blocks taken from peers
 * @param bytesReceived bytes in them
 * @param blocksUnasked blocks dropped because nobody had asked for them
 * @param blocksRepeated blocks dropped because they had come before
 * @param wantsOfPeers wants of peers remembered now
 * @param awaited different blocks peers wait for that are not here
 * @param wants different blocks being fetched now
 */
public record BitswapCounts(
    long blocksSent,
    long bytesSent,
    long blocksReceived,
    long bytesReceived,
    long blocksUnasked,
    long blocksRepeated,
    long wantsOfPeers,
    long awaited,
    long wants) {}
