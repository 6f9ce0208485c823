package org.kiln.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;

class KnownStatusesTest {
  private static final Cid TIP = Cid.sha256(Cid.DAG_CBOR, new byte[] {1});
  private static final Cid NEXT = Cid.sha256(Cid.DAG_CBOR, new byte[] {2});
  private static final StreamId STREAM = StreamId.of(0, TIP);

  private final KnownStatuses known = new KnownStatuses();
  private final Deque<AnchorStatus> store = new ArrayDeque<>();

  private AnchorStatus ask(Cid tip) {
    return known.of(STREAM, tip, store::remove);
  }

  @Test
  void shouldAskTheStoreOnceForATip() {
    store.addAll(List.of(AnchorStatus.PENDING, AnchorStatus.NOT_REQUESTED));
    assertThat(ask(TIP)).isEqualTo(AnchorStatus.PENDING);
    assertThat(ask(TIP)).isEqualTo(AnchorStatus.PENDING);
    assertThat(ask(NEXT)).isEqualTo(AnchorStatus.NOT_REQUESTED);
    assertThat(store).isEmpty();
  }

  @Test
  void shouldAskAgainWhenARequestHasChanged() {
    store.addAll(List.of(AnchorStatus.PENDING, AnchorStatus.FAILED, AnchorStatus.PENDING));
    ask(TIP);
    known.changed(STREAM);
    assertThat(ask(TIP)).isEqualTo(AnchorStatus.FAILED);
    known.changed();
    assertThat(ask(TIP)).isEqualTo(AnchorStatus.PENDING);
  }

  @Test
  void shouldNotKeepWhatHasChangedWhileItWasRead() {
    AnchorStatus read =
        known.of(
            STREAM,
            TIP,
            () -> {
              known.changed(STREAM);
              return AnchorStatus.PENDING;
            });
    assertThat(read).isEqualTo(AnchorStatus.PENDING);
    store.add(AnchorStatus.FAILED);
    assertThat(ask(TIP)).isEqualTo(AnchorStatus.FAILED);
  }
}
