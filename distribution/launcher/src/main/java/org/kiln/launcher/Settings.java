package org.kiln.launcher;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every setting there is: the documentation, the defaults, the checks, the generated {@code
 * kiln.properties} and the placeholders of the feature file all come from this list.
 */
public final class Settings {
  private static final Map<String, Setting> ALL = new LinkedHashMap<>();

  private Settings() {}

  static {
    section(
        "Node",
        new Line(
            "network",
            "inmemory",
            new SettingType.Form(
                "mainnet|testnet-clay|dev-unstable|inmemory|local(-[1-9][0-9]{0,9})?",
                "one of mainnet, testnet-clay, dev-unstable, inmemory, local, local-<number>"),
            "The Ceramic network this node belongs to. A data directory belongs to one network for"
                + " good."),
        new Line(
            "data",
            "~/.kiln",
            new SettingType.Directory(),
            "Where everything the node keeps lies: the event log, the bundle cache, the log"
                + " files."),
        new Line(
            "node.read-only",
            "false",
            new SettingType.Flag(),
            "Refuse every write over HTTP and every write of plugins; reads and synchronisation go"
                + " on."),
        new Line(
            "admin.dids",
            "",
            SettingType.Items.commas("did:[a-z0-9]+:\\S+", "DIDs"),
            "Who may call the admin API. Empty: nobody."));
    section(
        "Peers",
        new Line(
            "network.enabled",
            "auto",
            new SettingType.Choice("auto", "true", "false"),
            "Talk to other nodes. auto: on every network but inmemory."),
        new Line(
            "network.listen",
            "/ip4/127.0.0.1/tcp/4101 /ip4/127.0.0.1/udp/4101/quic-v1",
            SettingType.Items.commas(
                "/ip[46]/[0-9a-fA-F.:]+/(tcp/[0-9]{1,5}|udp/[0-9]{1,5}/quic-v1)",
                "TCP or QUIC addresses",
                Forms::listen),
            "Where other nodes may connect. /ip4/0.0.0.0 in the place of /ip4/127.0.0.1 opens it to"
                + " the network; empty:"
                + " only connect to others."),
        new Line(
            "network.peers",
            "",
            SettingType.Items.commas(
                "/[a-z0-9]+/\\S+/p2p/[a-zA-Z0-9]+", "addresses that end with /p2p/ID", Forms::peer),
            "Nodes to stay connected to."),
        new Line(
            "network.bootstrap",
            "auto",
            new SettingType.Choice("auto", "off"),
            "Find other nodes through the ones each public network has for that. auto: dial them"
                + " at the start, and again while fewer than four nodes are connected; local"
                + " networks and inmemory have none."),
        new Line(
            "network.allowed-peers",
            "",
            SettingType.Items.commas("[a-zA-Z0-9]{40,96}", "peer ids", Forms::peerId),
            "A closed circle: the only nodes to talk to. Empty: any."),
        new Line(
            "network.private-ranges",
            "",
            SettingType.Items.commas(
                "[0-9a-fA-F.:]+(/[0-9]{1,3})?", "ranges such as 192.168.0.0/16", Forms::range),
            "Ranges of private addresses that are dialled when other nodes name addresses there."
                + " Empty: the usual ones on local networks, none elsewhere."),
        new Line(
            "network.kad",
            "auto",
            new SettingType.Choice("auto", "server", "client", "off"),
            "Find nodes, and who has a stream, through Kademlia, and let others find what is"
                + " pinned here. server: answer others as well. auto: server on local networks and"
                + " where network.listen names a public address."),
        new Line(
            "network.mdns",
            "auto",
            new SettingType.Choice("auto", "on", "off"),
            "Find nodes on the local network by multicast DNS, and be found. auto: on the networks"
                + " local and local-NUMBER, when network.listen names an address."),
        new Line(
            "network.mplex",
            "false",
            new SettingType.Flag(),
            "Also speak mplex, to old nodes that have no yamux."),
        new Line(
            "network.sync",
            "true",
            new SettingType.Flag(),
            "Tell other nodes of new tips, ask them for theirs, and fetch events from them."),
        new Line(
            "network.topic",
            "",
            new SettingType.Text("a topic"),
            "Topic to gossip on instead of the network's own; on local networks only. Nodes of the"
                + " network local find each other by the same topic."),
        new Line(
            "network.queries-per-second",
            "10",
            new SettingType.Number(1, 1_000),
            "How often other nodes are asked for tips, at most."),
        new Line(
            "recon.enabled",
            "true",
            new SettingType.Flag(),
            "Hold events and addresses in common with other nodes by Recon, as ceramic-one does:"
                + " addresses always, of events those of models that are wanted here."),
        new Line(
            "recon.interests",
            "",
            SettingType.Items.commas(
                "all|[a-z0-9]{20,120}", "ids of models, or: all", Forms::interest),
            "Models of which all events are wanted of other nodes that speak Recon, by their ids;"
                + " kh4q0ozorrgaq2mezktnrmdwleo1d for the models themselves. all: whatever others"
                + " have."),
        new Line(
            "recon.blocked-peers",
            "",
            SettingType.Items.commas("[a-zA-Z0-9]{40,96}", "peer ids", Forms::peerId),
            "Nodes that Recon is not spoken with."));
    section(
        "HTTP",
        new Line(
            "http.address",
            "127.0.0.1:7007",
            new SettingType.Address(),
            "Where the HTTP API listens. 0.0.0.0:7007 opens it to the network; then set"
                + " http.tls-certificate, or put a proxy with TLS before it."),
        new Line(
            "http.tls-certificate",
            "",
            new SettingType.File("path of a PEM file, or empty"),
            "The certificate chain, the node's own first, with which http.address speaks TLS, and"
                + " only TLS. Empty: plain HTTP. A relative path begins in the data directory."),
        new Line(
            "http.tls-key",
            "",
            new SettingType.File("path of a PEM file, or empty"),
            "The private key of that certificate, as PKCS #8 without a password."),
        new Line(
            "http.hosts",
            "",
            SettingType.Items.commas("[A-Za-z0-9.-]+", "host names"),
            "Names under which browsers reach the console and the admin routes, besides localhost"
                + " and IP addresses. Requests under any other name are refused there."),
        new Line(
            "access.session-minutes",
            "480",
            new SettingType.Number(1, 10_080),
            "Minutes after which a session of the console ends that nobody uses."),
        new Line(
            "http.cors.allowed-origins",
            ".*",
            SettingType.Items.blanks("regular expressions", Forms::expression),
            "Web origins whose pages may call the API: one of the expressions must be found in the"
                + " origin."),
        new Line(
            "http.max-concurrent",
            "512",
            new SettingType.Number(1, 100_000),
            "Requests served at the same time; one more is answered 503."),
        new Line(
            "http.rehearsal-seconds",
            "5",
            new SettingType.Number(0, 600),
            "After the start, play recorded sessions on a store that is thrown away, for that long:"
                + " the first clients find compiled code. 0: not at all."));
    section(
        "Numbers",
        new Line(
            "metrics.address",
            "",
            new SettingType.OptionalAddress(),
            "Where /metrics is served besides http.address, in plain HTTP and without anything"
                + " else, for who may read numbers and must not reach the API. When the port is"
                + " taken the node runs without it, and says so. Empty: nowhere."));
    section(
        "The API of ceramic-one",
        new Line(
            "one.address",
            "127.0.0.1:5101",
            new SettingType.OptionalAddress(),
            "Where the node also listens as ceramic-one does, with the API below /ceramic, in plain"
                + " HTTP. Port 0: any that is free, which the log names. When the port is taken the"
                + " node runs without it, and says so. Empty: nowhere."),
        new Line(
            "one.beside-v0",
            "false",
            new SettingType.Flag(),
            "Serve the API below /ceramic on http.address as well."),
        new Line(
            "one.cors-allow-origins",
            "*",
            SettingType.Items.commas("\\*|null|[a-z][a-z0-9+.-]*://\\S+", "origins, or *"),
            "Web origins whose pages may call the API below /ceramic, word for word. Others are"
                + " told the first one, as ceramic-one does."),
        new Line(
            "one.keep-invalid",
            "false",
            new SettingType.Flag(),
            "Answer 204 also to events that do not fit their model, and keep them, as ceramic-one"
                + " does: they show in no state, and in SQL with the reason. Otherwise they are"
                + " refused at once."));
    section(
        "SQL",
        new Line(
            "sql.address",
            "",
            new SettingType.OptionalAddress(),
            "Where SQL over events and their states is answered by Arrow Flight SQL, as ceramic-one"
                + " does on 127.0.0.1:5102; without TLS or log-in, so keep it on loopback. Port 0:"
                + " any that is free, which the log names. Empty: nowhere, and no tables are"
                + " kept."),
        new Line(
            "sql.http",
            "false",
            new SettingType.Flag(),
            "Answer SQL over HTTP too, at /ceramic/query on one.address (and http.address with"
                + " one.beside-v0): to anyone who reaches it, and to pages of the origins of"
                + " one.cors-allow-origins. Wants sql.address. Without it only those who have a"
                + " credential are answered over HTTP: the console, 'kiln query'."),
        new Line(
            "sql.memory-mb",
            "256",
            new SettingType.Number(128, 1_048_576),
            "Memory in MiB that the tables and queries may take, beside Java's. Queries that need"
                + " more use the disk, or are refused."),
        new Line(
            "sql.query-ms",
            "60000",
            new SettingType.Number(1, 86_400_000),
            "Milliseconds the engine may work for one query; then it is stopped."));
    section(
        "Plugins",
        new Line(
            "plugins.accepted-sha256",
            "",
            SettingType.Items.commas("[0-9a-fA-F]{64}", "SHA-256 hashes in hex"),
            "The only plugins that may be installed, by the hash of their jars. Empty: any; a"
                + " plugin runs with the rights of the node."),
        new Line(
            "plugins.patience-ms",
            "10000",
            new SettingType.Number(1_000, 600_000),
            "Milliseconds a plugin has to start or to stop, and again to be well; after that the"
                + " version before it comes back."),
        new Line(
            "plugins.call-timeout-ms",
            "60000",
            new SettingType.Number(100, 600_000),
            "Milliseconds after which nobody waits for a call of a plugin any more; a plugin whose"
                + " calls do not come back is not called until they do."),
        new Line(
            "plugins.drop-in",
            "",
            new SettingType.File("path of a directory, or empty"),
            "For plugin authors: a jar put there is installed or upgraded at once, one taken away"
                + " is removed. A relative path begins in the data directory."));
    section(
        "Store",
        new Line(
            "store.backend",
            "xodus",
            new SettingType.Form(
                "[a-z][a-z0-9-]{0,30}", "xodus, memory, or the name of a store of a plugin"),
            "xodus keeps events on disk; memory forgets them when the node stops (tests,"
                + " demonstrations). Plugins may bring others. A data directory keeps the one it"
                + " began with; 'kiln migrate' moves it to another."),
        new Line(
            "store.cache-mb",
            "64",
            new SettingType.Number(8, 65_536),
            "Memory for pages of the event log, in MiB; part of the Java heap."),
        new Line(
            "store.sync",
            "true",
            new SettingType.Flag(),
            "Answer a write only when it is on the disk for good. Without it the last second of"
                + " writes may be lost when the machine, not just the node, goes down."),
        new Line(
            "store.check-hours",
            "168",
            new SettingType.Number(0, 8_784),
            "How often the node looks through its whole store for damage, beside its work; the"
                + " first time an hour after its start. 0: only when 'kiln check' asks."));
    section(
        "Streams",
        new Line(
            "consensus.tie-break",
            "js-ceramic",
            new SettingType.Choice("js-ceramic", "spec"),
            "Which of two equally good branches wins: as deployed nodes decide (js-ceramic), or in"
                + " the binary order of the specification (spec). All nodes of a network must"
                + " agree."),
        new Line(
            "streams.cache-mb",
            "64",
            new SettingType.Number(1, 65_536),
            "Memory for stream states that are ready to be served, in MiB; part of the Java"
                + " heap."));
    section(
        "Collections",
        new Line(
            "index.url",
            "sqlite",
            new SettingType.Database(),
            "Where documents of models are indexed: sqlite for a file in the data directory, or"
                + " postgresql://user:password@host:port/database, a database (or, with"
                + " ?currentSchema=NAME, a schema) of this node's own. The word before the colon is"
                + " the name of the index's backend; plugins may bring others."));
    section(
        "Chains and anchoring",
        new Line(
            "chain.rpc",
            "",
            SettingType.Items.secrets(
                "(eip155:[0-9]{1,20}|tezos:[1-9A-Za-z]{15}|eosio:[0-9a-f]{32})=https?://\\S+",
                "entries CHAIN=URL",
                Forms::chainNode),
            "Nodes of Ethereum-like chains, for example eip155:1=https://rpc.example/key, or"
                + " https://user:password@rpc.example. They are"
                + " asked for the proofs of time events and for the signatures of contract wallets."
                + " Nodes of Tezos (tezos:NetXdQprcVkpaWU=https://...) and EOSIO"
                + " (eosio:aca376f206b8fc25a6ed44dbdc66547c=https://...) are asked for the keys of"
                + " accounts that are linked to DIDs. What belongs to a chain without a node here"
                + " waits."),
        new Line(
            "chain.min-confirmations",
            "0",
            new SettingType.Number(0, 10_000),
            "Blocks that must lie on top of the block of another node's proof until it counts. 0:"
                + " as all other nodes do."),
        new Line(
            "anchor.enabled",
            "true",
            new SettingType.Flag(),
            "Take requests for time events from clients."),
        new Line(
            "anchor.automatic",
            "true",
            new SettingType.Flag(),
            "Begin batches when they are due. If not, requests wait until 'kiln anchor now'."),
        new Line(
            "anchor.chain",
            "",
            new SettingType.Form(
                "([-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32})?", "a CAIP-2 chain, or nothing"),
            "The chain to write anchors to, for example eip155:100; or cas:remote, to let the"
                + " Ceramic Anchor Service of anchor.remote.url write them. Empty: the first chain"
                + " of the network."),
        new Line(
            "anchor.batch-interval-ms",
            "-1",
            new SettingType.Number(-1, 604_800_000),
            "Milliseconds the oldest request waits for company in one transaction. -1: one minute"
                + " on the in-memory chain, one hour elsewhere."),
        new Line(
            "anchor.batch-max-requests",
            "100000",
            new SettingType.Number(1, 1_000_000),
            "A batch begins at once when so many requests wait, and holds no more. Memory for the"
                + " batch in work grows with it, about 1 KiB a request."),
        new Line(
            "anchor.poll-interval-ms",
            "5000",
            new SettingType.Number(10, 3_600_000),
            "Milliseconds between two questions whether what was sent is final."),
        new Line(
            "anchor.evm.key-file",
            "",
            new SettingType.File("path of a file, or empty"),
            "A file that holds the private key, in hex, of the account that pays for anchors on"
                + " anchor.chain; a relative path begins in the data directory. Without one the"
                + " node checks proofs and writes none. The account must send nothing else."),
        new Line(
            "anchor.evm.contract",
            "",
            new SettingType.Form("(0x[0-9a-fA-F]{40})?", "an address 0x..., or nothing"),
            "The anchor contract to call. Empty: the official one."),
        new Line(
            "anchor.evm.trusted-contracts",
            "",
            SettingType.Items.commas("0x[0-9a-fA-F]{40}", "addresses 0x..."),
            "Anchor contracts whose proofs count besides the official one's."),
        new Line(
            "anchor.evm.confirmations",
            "4",
            new SettingType.Number(0, 10_000),
            "Blocks on top of a transaction's block until it is final."),
        new Line(
            "anchor.evm.max-fee-gwei",
            "500.0",
            new SettingType.Decimal(0, 1_000_000),
            "The most a unit of gas may cost, in gwei; above it anchoring waits."),
        new Line(
            "anchor.remote.url",
            "",
            new SettingType.Url(),
            "Base URL of a Ceramic Anchor Service, another Kiln's for example; it needs"
                + " anchor.chain=cas:remote. The proofs it hands out are checked like any others,"
                + " so chain.rpc must have a node of the chain the service writes to."),
        new Line(
            "anchor.remote.seed-file",
            "anchor-remote/node.seed",
            new SettingType.File("path of a file"),
            "A file that holds the seed, 64 hex digits, of the did:key that signs requests to the"
                + " service; made when it is not there. A relative path begins in the data"
                + " directory."),
        new Line(
            "anchor.service.clients",
            "",
            SettingType.Items.commas("did:[a-z0-9]+:\\S+|\\*|anonymous", "DIDs, * or anonymous"),
            "Who may let this node anchor for them, over the HTTP API of the Ceramic Anchor"
                + " Service: DIDs; * for any that signs its requests, anonymous for anybody. Empty:"
                + " nobody, and there is no such API."),
        new Line(
            "anchor.service.public-url",
            "",
            new SettingType.Url(),
            "The URL by which those clients call this node, when a proxy changes the Host header:"
                + " what they sign must match it."));
    section(
        "Log",
        new Line(
            "log.level",
            "info",
            new SettingType.Choice("error", "warn", "info", "debug", "trace"),
            "How much goes to logs/kiln.log in the data directory. Warnings and errors also go to"
                + " stderr. debug and trace are about the node itself, not about the libraries in"
                + " it."),
        new Line(
            "log.loggers",
            "",
            SettingType.Items.commas("[A-Za-z_$][A-Za-z0-9_$.-]*", "names of loggers"),
            "Loggers besides the node's own that log.level holds for below info: those of a plugin,"
                + " for example com.example. A library may write down credentials there."));
  }

  private record Line(String key, String defaultValue, SettingType kind, String text) {}

  private static void section(String title, Line... lines) {
    for (Line line : lines) {
      ALL.put(
          line.key(),
          new Setting(line.key(), line.defaultValue(), line.kind(), title, line.text()));
    }
  }

  /** In the order of the documentation. */
  public static List<Setting> all() {
    return List.copyOf(ALL.values());
  }

  /** The setting of that key. */
  public static Optional<Setting> find(String key) {
    return Optional.ofNullable(ALL.get(key));
  }

  static Set<String> keys() {
    return ALL.keySet();
  }

  /** The setting of that key, or a refusal that says which key was probably meant. */
  static Setting require(String key, String origin) throws RefusedException {
    Setting setting = ALL.get(key);
    if (setting == null) {
      throw RefusedException.configuration(
          origin
              + ": there is no setting "
              + key
              + "."
              + Suggestion.sentence(key, ALL.keySet())
              + " 'kiln help settings' lists them all.");
    }
    return setting;
  }
}
