package org.kiln.net.recon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.PeerId;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.talk.MemorySpace;
import org.kiln.net.recon.talk.Offers.Answer;

class PeerBookTest {
  private final PeerBook book = new PeerBook(ReconSettings.USUAL, () -> 0);
  private final MemorySpace space = new MemorySpace(false);

  /** It is given so many, and hangs up each time. */
  private void refuse(PeerId peer, int values) {
    int next = 0;
    while (next < values) {
      Offered.Round round = book.offers(peer, space);
      for (int i = 0; i < Offered.CAREFUL; i++) {
        Key key = Key.of(ByteBuffer.allocate(12).putInt(next).putLong(next).array());
        assertThat(round.offer(key)).isEqualTo(Answer.SEND);
        round.sends(key);
        next++;
      }
      round.over(true);
    }
  }

  @Test
  void shouldRememberNoMoreThanItsBoundHoweverManyPeersRefuse() {
    for (int i = 0; i < 40; i++) {
      refuse(HostKey.random().publicKey().peerId(), Offered.MOST_TRIES);
      // What came with the last conversation is counted when the next one begins.
      assertThat(book.tries()).isBetween(1, PeerBook.MAX_TRIES + Offered.CAREFUL);
    }
    assertThat(book.tries()).isGreaterThan(PeerBook.MAX_TRIES - Offered.MOST_TRIES);
  }
}
