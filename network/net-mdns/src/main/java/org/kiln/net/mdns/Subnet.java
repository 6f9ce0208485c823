package org.kiln.net.mdns;

/** Addresses that share a prefix. */
final class Subnet {
  private Subnet() {}

  static boolean contains(byte[] base, int bits, byte[] address) {
    if (address.length != base.length) {
      return false;
    }
    for (int bit = 0; bit < Math.min(bits, 8 * base.length); bit++) {
      int mask = 0x80 >> bit % 8;
      if ((address[bit / 8] & mask) != (base[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
