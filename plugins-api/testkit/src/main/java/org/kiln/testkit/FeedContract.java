package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.FeedException.Reason;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/**
 * What every {@link Feed} must do. Subclass it, and say how something is made to happen; needs
 * JUnit 5 and AssertJ.
 */
public abstract class FeedContract {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration NOT_AT_ALL = Duration.ZERO;
  private static final int MANY = 100;

  /** The directory of the first node; empty when the test starts. */
  @TempDir protected Path directory;

  /** The directory of another node; empty when the test starts. */
  @TempDir protected Path otherDirectory;

  private Scene scene;

  /** A node with a feed, or what stands for one. Thread-safe. */
  protected interface Scene extends AutoCloseable {
    /** Its feed. */
    Feed feed();

    /** Makes the init event of a new stream. */
    Made init();

    /** Makes an event that builds on another one. */
    Made after(Made previous);

    /**
     * A client writes it: once this returns it is durable, and the tip of its stream.
     *
     * @param event whose previous one was kept before
     */
    void write(Made event) throws Exception;

    /** Another node has sent these, in any order. Once this returns they are durable. */
    void receive(List<Made> events, Origin.Peer from) throws Exception;

    /** Finds out how received events have moved their stream. */
    void moved(Made tip, StreamChange.Kind kind, Origin from);

    @Override
    void close();
  }

  /**
   * An event that was made and is not kept yet.
   *
   * @param stream its stream
   * @param cid the event
   * @param previous what it builds on; empty for an init event
   * @param handle whatever the scene needs
   */
  public record Made(StreamId stream, Cid cid, Optional<Cid> previous, Object handle) {}

  /**
   * Starts a node.
   *
   * @param in its directory: empty, or that of one which was stopped
   */
  protected abstract Scene start(Path in);

  /** Whether what was kept is there when the node starts again. */
  protected boolean persistent() {
    return true;
  }

  @BeforeEach
  final void startScene() {
    scene = start(directory);
  }

  @AfterEach
  final void stopScene() {
    scene.close();
  }

  private Feed feed() {
    return scene.feed();
  }

  private Made create() throws Exception {
    Made init = scene.init();
    scene.write(init);
    return init;
  }

  private List<Made> create(int count) throws Exception {
    List<Made> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(create());
    }
    return made;
  }

  private Made update(Made previous) throws Exception {
    Made event = scene.after(previous);
    scene.write(event);
    return event;
  }

  private static List<Cid> tips(List<StreamChange> changes) {
    return changes.stream().map(StreamChange::tip).toList();
  }

  private static List<Cid> cids(List<Made> made) {
    return made.stream().map(Made::cid).toList();
  }

  /** Everything there is now. */
  private static <T> List<T> drain(FeedCursor<T> cursor, int most) throws InterruptedException {
    List<T> all = new ArrayList<>();
    List<T> some = cursor.next(most, NOT_AT_ALL);
    while (!some.isEmpty()) {
      all.addAll(some);
      some = cursor.next(most, NOT_AT_ALL);
    }
    return all;
  }

  /** So many, however long that takes within reason. */
  private static <T> List<T> take(FeedCursor<T> cursor, int count) throws InterruptedException {
    List<T> all = new ArrayList<>();
    long start = System.nanoTime();
    while (all.size() < count && System.nanoTime() - start < PATIENCE.toNanos()) {
      all.addAll(cursor.next(Math.min(count - all.size(), 10_000), PATIENCE));
    }
    return all;
  }

  private List<StreamChange> changes(ResumeToken after) throws Exception {
    try (FeedCursor<StreamChange> cursor = feed().changes(after)) {
      return drain(cursor, 7);
    }
  }

  private List<FeedEvent> events(ResumeToken after) throws Exception {
    try (FeedCursor<FeedEvent> cursor = feed().events(after)) {
      return drain(cursor, 7);
    }
  }

  @Test
  void shouldBeginWithNothing() throws Exception {
    assertThat(feed().now()).isEqualTo(feed().beginning());
    assertThat(changes(feed().beginning())).isEmpty();
    assertThat(events(feed().beginning())).isEmpty();
  }

  @Test
  void shouldTellAWriteOfAClient() throws Exception {
    Made init = create();
    Made update = update(init);
    List<StreamChange> changes = changes(feed().beginning());
    assertThat(tips(changes)).containsExactly(init.cid(), update.cid());
    assertThat(changes)
        .allSatisfy(
            change -> {
              assertThat(change.stream()).isEqualTo(init.stream());
              assertThat(change.origin()).isEqualTo(Origin.CLIENT);
            });
    assertThat(changes)
        .extracting(StreamChange::kind)
        .containsExactly(StreamChange.Kind.CREATED, StreamChange.Kind.UPDATED);
    List<FeedEvent> events = events(feed().beginning());
    assertThat(events).extracting(FeedEvent::cid).containsExactly(init.cid(), update.cid());
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.stream()).isEqualTo(init.stream());
              assertThat(event.origin()).isEqualTo(Origin.CLIENT);
              assertThat(event.blocks().getFirst().cid()).isEqualTo(event.cid());
            });
  }

  @Test
  void shouldTellWhatAnotherNodeSent() throws Exception {
    Origin.Peer peer = new Origin.Peer("12D3KooWPeer");
    Made init = scene.init();
    Made update = scene.after(init);
    scene.receive(List.of(init, update), peer);
    assertThat(events(feed().beginning()))
        .extracting(FeedEvent::origin)
        .containsExactly(peer, peer);
    try (FeedCursor<StreamChange> cursor = feed().changes(feed().beginning())) {
      assertThat(cursor.next(10, NOT_AT_ALL)).isEmpty();
      scene.moved(update, StreamChange.Kind.ANCHORED, peer);
      StreamChange change = take(cursor, 1).getFirst();
      assertThat(change.tip()).isEqualTo(update.cid());
      assertThat(change.kind()).isEqualTo(StreamChange.Kind.ANCHORED);
      assertThat(change.origin()).isEqualTo(peer);
    }
  }

  @Test
  void shouldRiseStrictly() throws Exception {
    create(MANY);
    List<ResumeToken> tokens =
        changes(feed().beginning()).stream().map(StreamChange::token).toList();
    assertThat(tokens).hasSize(MANY);
    for (int i = 1; i < tokens.size(); i++) {
      assertThat(tokens.get(i)).isGreaterThan(tokens.get(i - 1));
    }
    assertThat(tokens.getLast()).isLessThanOrEqualTo(feed().now());
  }

  @Test
  void shouldResumeFromEveryToken() throws Exception {
    List<Cid> all = cids(create(MANY));
    List<StreamChange> changes = changes(feed().beginning());
    List<FeedEvent> events = events(feed().beginning());
    for (int i = 0; i < all.size(); i++) {
      List<Cid> rest = all.subList(i + 1, all.size());
      assertThat(tips(changes(changes.get(i).token()))).isEqualTo(rest);
      assertThat(events(events.get(i).token())).extracting(FeedEvent::cid).isEqualTo(rest);
      ResumeToken read = ResumeToken.parse(changes.get(i).token().toString());
      assertThat(tips(changes(read))).isEqualTo(rest);
    }
  }

  @Test
  void shouldGoOnFromWhereACursorWas() throws Exception {
    List<Cid> all = cids(create(MANY));
    List<Cid> seen = new ArrayList<>();
    ResumeToken position = feed().beginning();
    for (int most = 1; seen.size() < all.size(); most++) {
      try (FeedCursor<StreamChange> cursor = feed().changes(position)) {
        seen.addAll(tips(cursor.next(most, NOT_AT_ALL)));
        position = cursor.position();
      }
    }
    assertThat(seen).isEqualTo(all);
    assertThat(position).isEqualTo(feed().now());
  }

  @Test
  void shouldFollowWithoutGapOrRepetitionFromAnywhere() throws Exception {
    int writers = 4;
    int each = 50;
    List<Cid> before = cids(create(MANY));
    List<StreamChange> known = changes(feed().beginning());
    Random random = new Random(3);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Made>>> writing = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        writing.add(threads.submit(() -> create(each)));
      }
      List<Future<List<StreamChange>>> reading = new ArrayList<>();
      List<Integer> joined = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int at = random.nextInt(MANY);
        int most = 1 + random.nextInt(20);
        joined.add(at + 1);
        reading.add(
            threads.submit(
                () -> follow(known.get(at).token(), MANY - at - 1 + writers * each, most)));
      }
      List<Cid> written = new ArrayList<>(before);
      for (Future<List<Made>> one : writing) {
        written.addAll(cids(one.get(60, TimeUnit.SECONDS)));
      }
      List<Cid> order = tips(changes(feed().beginning()));
      assertThat(order).containsExactlyInAnyOrderElementsOf(written);
      for (int i = 0; i < reading.size(); i++) {
        assertThat(tips(reading.get(i).get(60, TimeUnit.SECONDS)))
            .isEqualTo(order.subList(joined.get(i), order.size()));
      }
    }
  }

  private List<StreamChange> follow(ResumeToken after, int count, int most) throws Exception {
    List<StreamChange> seen = new ArrayList<>();
    long start = System.nanoTime();
    try (FeedCursor<StreamChange> cursor = feed().changes(after)) {
      while (seen.size() < count && System.nanoTime() - start < PATIENCE.toNanos()) {
        seen.addAll(cursor.next(most, Duration.ofSeconds(1)));
      }
    }
    return seen;
  }

  @Test
  void shouldLetASleeperCatchUp() throws Exception {
    try (FeedCursor<StreamChange> sleeper = feed().changes(feed().beginning());
        FeedCursor<StreamChange> awake = feed().changes(feed().beginning())) {
      List<Cid> all = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        Made made = create();
        all.add(made.cid());
        assertThat(tips(take(awake, 1))).containsExactly(made.cid());
      }
      assertThat(tips(drain(sleeper, 10_000))).isEqualTo(all);
    }
  }

  @Test
  void shouldWakeWhoWaits() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        FeedCursor<StreamChange> cursor = feed().changes(feed().now())) {
      Future<List<StreamChange>> waiting = threads.submit(() -> cursor.next(10, PATIENCE));
      Made made = create();
      assertThat(tips(waiting.get(60, TimeUnit.SECONDS))).containsExactly(made.cid());
    }
  }

  @Test
  void shouldLetGoOfWhoWaitsWhenClosed() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      FeedCursor<StreamChange> cursor = feed().changes(feed().now());
      Future<List<StreamChange>> waiting =
          threads.submit(() -> cursor.next(10, Duration.ofDays(1_000_000)));
      cursor.close();
      assertThat(waiting.get(60, TimeUnit.SECONDS)).isEmpty();
      cursor.close();
      create();
      assertThat(cursor.next(10, NOT_AT_ALL)).isEmpty();
    }
  }

  @Test
  void shouldEndWhenTheFeedIsStopped() throws Exception {
    create();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      FeedCursor<FeedEvent> cursor = feed().events(feed().now());
      Future<List<FeedEvent>> waiting = threads.submit(() -> cursor.next(10, PATIENCE));
      scene.close();
      assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> cursor.next(10, NOT_AT_ALL))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void shouldHoldAnEventUntilWhatItBuildsOnIsHere() throws Exception {
    Made init = scene.init();
    List<Made> chain = new ArrayList<>(List.of(init));
    for (int i = 0; i < MANY; i++) {
      chain.add(scene.after(chain.getLast()));
    }
    Origin.Peer peer = new Origin.Peer("12D3KooWPeer");
    for (Made late : chain.subList(1, chain.size()).reversed()) {
      scene.receive(List.of(late), peer);
    }
    assertThat(events(feed().beginning())).isEmpty();
    try (FeedCursor<FeedEvent> cursor = feed().events(feed().beginning())) {
      scene.receive(List.of(init), peer);
      assertThat(take(cursor, chain.size())).extracting(FeedEvent::cid).isEqualTo(cids(chain));
    }
  }

  @Test
  void shouldTellEveryEventOnceAfterItsPreviousOneWhateverTheOrder() throws Exception {
    Random random = new Random(17);
    List<Made> all = new ArrayList<>();
    for (int i = 0; i < 3 * MANY; i++) {
      boolean first = all.isEmpty() || random.nextInt(20) == 0;
      all.add(first ? scene.init() : scene.after(all.get(random.nextInt(all.size()))));
    }
    List<Made> arriving = new ArrayList<>(all);
    Collections.shuffle(arriving, random);
    arriving.addAll(all.subList(0, MANY));
    for (int from = 0; from < arriving.size(); ) {
      int to = Math.min(arriving.size(), from + 1 + random.nextInt(30));
      scene.receive(arriving.subList(from, to), new Origin.Peer("peer"));
      from = to;
    }
    List<Cid> order;
    try (FeedCursor<FeedEvent> cursor = feed().events(feed().beginning())) {
      order = take(cursor, all.size()).stream().map(FeedEvent::cid).toList();
      assertThat(cursor.next(1, NOT_AT_ALL)).isEmpty();
    }
    assertThat(order).containsExactlyInAnyOrderElementsOf(cids(all));
    Set<Cid> before = new HashSet<>();
    for (Cid cid : order) {
      Made made = all.stream().filter(one -> one.cid().equals(cid)).findFirst().orElseThrow();
      assertThat(made.previous().filter(previous -> !before.contains(previous))).isEmpty();
      before.add(cid);
    }
  }

  @Test
  void shouldOutliveARestart() throws Exception {
    assumeTrue(persistent(), "This store keeps nothing when it is closed");
    List<Cid> all = new ArrayList<>(cids(create(MANY)));
    Made held = scene.init();
    Made late = scene.after(held);
    scene.receive(List.of(late), new Origin.Peer("peer"));
    List<StreamChange> before = changes(feed().beginning());
    ResumeToken now = feed().now();
    scene.close();
    scene = start(directory);
    assertThat(feed().now()).isEqualTo(now);
    assertThat(changes(feed().beginning())).isEqualTo(before);
    Made after = create();
    assertThat(tips(changes(before.getLast().token()))).containsExactly(after.cid());
    scene.receive(List.of(held), new Origin.Peer("peer"));
    all.addAll(List.of(after.cid(), held.cid(), late.cid()));
    assertThat(events(feed().beginning())).extracting(FeedEvent::cid).isEqualTo(all);
  }

  @Test
  void rejectsTokensOfTheFuture() throws Exception {
    create();
    ResumeToken future = feed().now().at(feed().now().position() + 1);
    refuses(future, Reason.FUTURE);
  }

  @Test
  void rejectsTokensOfAnotherNode() {
    try (Scene other = start(otherDirectory)) {
      refuses(other.feed().beginning(), Reason.OTHER_NODE);
    }
  }

  @Test
  void rejectsTextThatIsNoToken() {
    for (String text :
        List.of("", "17", "00c0ffee00c0ffee", "00c0ffee00c0ffee-", "00c0ffee00c0ffee-01", "-1")) {
      assertThatThrownBy(() -> ResumeToken.parse(text))
          .isInstanceOfSatisfying(
              FeedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
    }
  }

  private void refuses(ResumeToken token, Reason reason) {
    assertThatThrownBy(() -> feed().changes(token))
        .isInstanceOfSatisfying(FeedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(token.toString());
    assertThatThrownBy(() -> feed().events(token))
        .isInstanceOfSatisfying(FeedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void rejectsPagesOfNoSize() throws Exception {
    try (FeedCursor<StreamChange> cursor = feed().changes(feed().now())) {
      assertThatThrownBy(() -> cursor.next(0, NOT_AT_ALL))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cursor.next(10_001, NOT_AT_ALL))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
