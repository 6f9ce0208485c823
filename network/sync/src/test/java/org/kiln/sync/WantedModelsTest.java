package org.kiln.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;
import org.kiln.sync.World.Node;

/** Streams of models that somebody here wants: their tips are followed without being asked for. */
@Timeout(120)
class WantedModelsTest {
  private final World world = new World();

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void shouldFollowTheTipsOfModelsItWants() throws Exception {
    Node one = world.node();
    Node two = world.node();
    world.connect(one, two);
    StreamId model = one.create("model");
    StreamId other = one.create("other");
    two.wanted.add(model);
    StreamId stream = one.create(model, "a");
    StreamId unwanted = one.create(other, "a");
    one.write(stream, "b");
    world.pass(200);
    // The model has come along, since it was referred to.
    assertThat(two.lines(stream)).containsExactly("a", "b");
    assertThat(two.log.contains(unwanted.init())).isFalse();
  }

  @Test
  void shouldFollowATipThatItHeardBeforeTheModelWasWanted() throws Exception {
    Node one = world.node();
    Node two = world.node();
    world.connect(one, two);
    StreamId model = one.create("model");
    StreamId stream = one.create(model, "a");
    world.pass(200);
    assertThat(two.log.size()).isZero();
    two.wanted.add(model);
    world.disconnect(one, two);
    world.pass(20_000);
    world.connect(one, two);
    world.pass(20_000);
    assertThat(two.lines(stream)).containsExactly("a");
  }

  @Test
  void shouldFollowWhatItHeardEarlierThoughNobodySaysItAgain() throws Exception {
    Node one = world.node();
    Node two = world.node();
    world.connect(one, two);
    StreamId model = one.create("model");
    StreamId other = one.create("other");
    StreamId first = one.create(model, "a");
    StreamId second = one.create(model, "b");
    StreamId unwanted = one.create(other, "c");
    world.pass(200);
    assertThat(two.log.size()).isZero();

    two.wanted.add(model);
    world.pass(3_000);

    assertThat(two.lines(first)).containsExactly("a");
    assertThat(two.lines(second)).containsExactly("b");
    assertThat(two.log.contains(unwanted.init())).isFalse();
  }

  @Test
  void shouldFollowInVainOnceOnlyWhatItHeardEarlier() throws Exception {
    Node one = world.node();
    Node two = world.node();
    world.connect(one, two);
    Node nobody = world.node();
    StreamId model = nobody.create("model");
    StreamId stream = nobody.create(model, "a");
    two.hear(one.id, new TipMessage.Update(stream, stream.init(), Optional.of(model)).encode());
    world.pass(3_000);
    assertThat(two.sync.score(one.id).orElse(0)).isZero();

    two.wanted.add(model);
    world.pass(40_000);
    double once = two.sync.score(one.id).orElse(0);
    assertThat(once).isNegative();
    world.pass(40_000);

    assertThat(two.sync.score(one.id).orElse(0)).isGreaterThan(once);
  }

  @Test
  void shouldKeepNothingOfAStreamThatIsSaidToBeOfAWantedModelAndIsNot() throws Exception {
    Node one = world.node();
    Node two = world.node();
    world.connect(one, two);
    StreamId model = one.create("model");
    StreamId other = one.create("other");
    two.wanted.add(model);
    StreamId stream = one.create(other, "a");
    one.write(stream, "b");
    Cid tip = one.load(stream).tip();
    two.hear(one.id, new TipMessage.Update(stream, tip, Optional.of(model)).encode());
    world.pass(200);
    assertThat(two.log.size()).isZero();
    assertThat(two.sync.score(one.id).orElse(0)).isNegative();
  }
}
