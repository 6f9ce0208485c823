package org.kiln.net.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.core.net.PubSub;
import org.kiln.net.gossip.Simulation.Node;

/** A hundred nodes in a time of their own. */
class SimulationTest {
  private static final String TOPIC = "/ceramic/local-1";
  private static final int NODES = 100;

  private static int mesh(Node node) {
    return (int)
        node.router.members(TOPIC, peer -> "").stream().filter(PubSub.Member::mesh).count();
  }

  private static void everybodyHears(Simulation net, List<String> texts, long since, long within) {
    for (Node node : net.nodes) {
      assertThat(node.heard.keySet()).containsAll(texts);
      assertThat(node.repeated).isZero();
      for (String text : texts) {
        assertThat(node.heard.get(text) - since).isLessThanOrEqualTo(within);
      }
    }
  }

  @Test
  void shouldReachEveryNodeBeforeTheNextHeartbeat() {
    Simulation net = Simulation.net(1, NODES, 8, TOPIC, Parameters.DEFAULT.meshOnly());
    net.run(10_000);
    for (Node node : net.nodes) {
      assertThat(mesh(node)).isBetween(4, 12);
    }
    long since = net.now;
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < NODES; i += 5) {
      texts.add("from " + i);
      net.nodes.get(i).publish(TOPIC, "from " + i);
    }
    net.run(1_000);
    everybodyHears(net, texts, since, 1_000);
  }

  @Test
  void shouldReachEveryNodeWhenEveryFourthFrameIsLost() {
    Simulation net = Simulation.net(2, NODES, 8, TOPIC, Parameters.DEFAULT.meshOnly());
    net.run(10_000);
    net.loss = 0.25;
    long since = net.now;
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      texts.add("text " + i);
      net.nodes.get(7 * i).publish(TOPIC, "text " + i);
    }
    net.run(5_000);
    everybodyHears(net, texts, since, 5_000);
  }

  @Test
  void shouldKeepItsMeshesWhileNodesComeAndGo() {
    Simulation net = Simulation.net(3, NODES, 8, TOPIC, Parameters.DEFAULT);
    net.run(5_000);
    for (int round = 0; round < 10; round++) {
      Node leaver = net.nodes.get(9 * round);
      List<Node> friends = List.copyOf(leaver.links.keySet());
      friends.forEach(friend -> net.disconnect(leaver, friend));
      net.run(2_000);
      assertThat(mesh(leaver)).isZero();
      friends.forEach(friend -> net.connect(leaver, friend));
    }
    net.run(5_000);
    long since = net.now;
    net.nodes.get(50).publish(TOPIC, "still there");
    net.run(1_000);
    everybodyHears(net, List.of("still there"), since, 1_000);
    for (Node node : net.nodes) {
      assertThat(mesh(node)).isBetween(4, 12);
      assertThat(node.router.promisesOpen()).isZero();
      for (Node other : net.nodes) {
        assertThat(node.router.score(other.id)).isZero();
      }
    }
  }

  @Test
  void shouldEndTheSameWayEachTime() {
    List<List<Long>> times = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Simulation net = Simulation.net(5, 40, 5, TOPIC, Parameters.DEFAULT.meshOnly());
      net.loss = 0.1;
      net.run(4_000);
      net.nodes.get(3).publish(TOPIC, "again");
      net.run(4_000);
      times.add(net.nodes.stream().map(node -> node.heard.get("again")).toList());
    }
    assertThat(times.get(0)).isEqualTo(times.get(1));
  }
}
