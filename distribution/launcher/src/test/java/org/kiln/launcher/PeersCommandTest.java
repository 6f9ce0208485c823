package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PeersCommandTest {
  private static String shown(String json) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    PeersCommand.show(JsonFields.read(json), Instant.ofEpochMilli(600_000), out);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldShowPeersWithWhatIsKnownOfThem() throws Exception {
    assertThat(
            shown(
                """
                {"on":true,"self":"12D3a","addresses":["/ip4/1.2.3.4/tcp/1/p2p/12D3a"],"connected":2,
                 "peers":[{"id":"12D3b","address":"/ip4/5.6.7.8/tcp/2","outbound":true,"since":0,
                 "agent":"kubo/0.40","muxer":"/yamux/1.0.0","protocols":["/a","/b"],
                 "scores":[{"by":"bitswap","score":0},{"by":"gossip","score":-1.25}]},
                 {"id":"12D3c","address":"/ip4/9.9.9.9/tcp/3","outbound":false,"since":599000,
                 "agent":"","muxer":"/yamux/1.0.0","protocols":[],"scores":[]}]}\
                """))
        .isEqualToNormalizingNewlines(
            """
            Peer      12D3a
            Listens   /ip4/1.2.3.4/tcp/1/p2p/12D3a
            Connected 2

            12D3b  kubo/0.40
              dialled at  /ip4/5.6.7.8/tcp/2, for 10 minutes, /yamux/1.0.0
              protocols   /a /b
              score       bitswap 0.0, gossip -1.3

            12D3c
              came from   /ip4/9.9.9.9/tcp/3, for 1 s, /yamux/1.0.0
              protocols   not said yet
            """);
  }

  @Test
  void shouldSayThatTheNetworkIsOff() throws Exception {
    assertThat(shown("{\"on\":false}")).startsWith("The network is off");
  }

  @Test
  void shouldShowHowReconStands() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    ReconText.show(
        JsonFields.read(
            """
            {"interests":[{"model":"all","controller":null,"stream":null,"setting":true},
             {"model":"kjz","controller":"did:key:a","stream":null,"setting":false}],
             "blocked":[{"peer":"12D3x","setting":false}],
             "peers":[{"peer":"12D3b","about":"events","state":"in-sync","common":1,"secondsAgo":7,
             "keysIn":3,"keysBad":0,"keysOut":4,"failures":0,"restSeconds":0,"complaint":null},
             {"peer":"12D3c","about":"peers","state":"failed","common":0,"secondsAgo":1,
             "keysIn":0,"keysBad":0,"keysOut":0,"failures":2,"restSeconds":30,
             "complaint":"The peer said nothing"}]}\
            """),
        out);
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            """

            Recon     wants all (a setting)
                      wants kjz, controller did:key:a
                      blocks 12D3x

            12D3b  events: in sync
              last talk   7 s ago, 1 interests in common, 3 keys in, 4 out, 0 bad

            12D3c  peers: failed
              last talk   1 s ago, 0 interests in common, 0 keys in, 0 out, 0 bad
              rests       for 30 s, after 2 failures in a row
              because     The peer said nothing
            """);
  }
}
