package org.kiln.net.recon;

/**
 * What Recon has done since it began.
 *
 * @param conversations those that ended well
 * @param failures those that did not
 * @param refused streams of peers that were not answered
 * @param received values that were new here
 * @param bad values that were refused
 * @param sent values sent
 * @param bytesIn bytes of messages read
 * @param bytesOut bytes of messages written
 * @param talking conversations under way
 */
public record ReconCounts(
    long conversations,
    long failures,
    long refused,
    long received,
    long bad,
    long sent,
    long bytesIn,
    long bytesOut,
    int talking) {}
