package org.kiln.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.NodeTables;
import org.kiln.core.net.Interest;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.did.VerifierSettings;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.events.EventStore;
import org.kiln.interests.StoredInterests;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;
import org.kiln.launch.ImportTask;
import org.kiln.launch.TaskFailedException;
import org.kiln.store.memory.MemoryStore;
import org.kiln.streams.Streams;
import org.kiln.type.instance.InstanceType;
import org.kiln.type.model.ModelType;
import org.sqlite.JDBC;

/** The store of a ceramic-one into a node in memory. */
class ImportsTest {
  private static final NetworkId NETWORK = NetworkId.INMEMORY;
  private static final StreamId MODEL =
      StreamId.of(2, Cid.sha256(Cid.DAG_CBOR, new byte[] {1, 2, 3}));
  private static final int MANY = 600;

  @TempDir Path directory;

  private final EventStore log = EventStore.open(new MemoryStore(NodeTables.ALL));
  private final StoredInterests interests = new StoredInterests(log);
  private final Streams streams = streams(log);
  private final Imports imports =
      new Imports(streams, streams, log, interests, NETWORK, new JDBC());
  private OneFixture one;
  private KeyPair keys;

  @BeforeEach
  void layDown() throws Exception {
    one = new OneFixture(directory);
    keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  @AfterEach
  void close() throws SQLException {
    one.close();
    streams.close();
    log.close();
  }

  private static Streams streams(EventStore log) {
    FixedExtensions.Builder extensions =
        FixedExtensions.builder()
            .add(DidMethod.class, "key", new KeyDidMethod())
            .add(SignatureSuite.class, "EdDSA", new Ed25519Suite());
    for (StreamType type : List.of(new ModelType(), new InstanceType())) {
      extensions.add(StreamType.class, Integer.toString(type.typeCode()), type);
    }
    var registry = extensions.build();
    return new Streams(
        log,
        log,
        log.journal(),
        registry,
        new EnvelopeVerifier(registry, Clock.systemUTC(), VerifierSettings.DEFAULT),
        Clock.systemUTC(),
        new Streams.Settings(NETWORK, TieBreak.JS_CERAMIC, 16L << 20));
  }

  private ImportTask.Report run() throws TaskFailedException {
    return imports.importOne(directory, (done, total) -> {});
  }

  // ---- events ----

  private String did() {
    byte[] multicodec = new byte[34];
    multicodec[0] = (byte) 0xed;
    multicodec[1] = 1;
    byte[] encoded = ((EdECPublicKey) keys.getPublic()).getEncoded();
    System.arraycopy(encoded, encoded.length - 32, multicodec, 2, 32);
    return "did:key:" + Multibase.BASE58BTC.encode(multicodec);
  }

  private Block init(String controller, String unique) {
    return block(
        Ipld.map(
            "data",
            Ipld.NULL,
            "header",
            Ipld.map(
                "sep",
                Ipld.of("model"),
                "model",
                new Ipld.Bytes(MODEL.bytes()),
                "unique",
                new Ipld.Bytes(unique.getBytes(StandardCharsets.UTF_8)),
                "controllers",
                Ipld.list(Ipld.of(controller)))));
  }

  private static Block block(Ipld value) {
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(value));
  }

  private static Block data(Cid init, Cid prev, String text) {
    return block(
        Ipld.map(
            "id", Ipld.of(init),
            "prev", Ipld.of(prev),
            "data",
                Ipld.list(
                    Ipld.map(
                        "op", Ipld.of("add"), "path", Ipld.of("/t"), "value", Ipld.of(text)))));
  }

  private Block envelope(Block payload) throws GeneralSecurityException {
    return envelope(did(), payload);
  }

  /** The payload in an envelope that names that DID, signed with the key there is. */
  private Block envelope(String did, Block payload) throws GeneralSecurityException {
    byte[] header =
        ("{\"alg\":\"EdDSA\",\"kid\":\"" + did + "#" + did.substring(8) + "\"}")
            .getBytes(StandardCharsets.US_ASCII);
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(keys.getPrivate());
    signer.update(new Jws(payload.cid().bytes(), header, new byte[64]).signingInput());
    return Block.of(
        Cid.DAG_JOSE, DagJose.encode(new Jws(payload.cid().bytes(), header, signer.sign())));
  }

  private static EventId key(String controller, Cid init, Cid event) {
    return EventId.of(NETWORK, "model", MODEL.bytes(), controller, init, event);
  }

  private List<Block> inits(int count) throws SQLException {
    List<Block> inits = new ArrayList<>();
    one.connection.setAutoCommit(false);
    for (int i = 0; i < count; i++) {
      Block init = init("did:key:z" + i, "n" + i);
      inits.add(init);
      one.event(key("did:key:z" + i, init.cid(), init.cid()), init);
    }
    one.connection.commit();
    one.connection.setAutoCommit(true);
    return inits;
  }

  // ---- what holds ----

  @Test
  void shouldTakeWhatWasDeliveredAndWhatWasNot() throws Exception {
    String did = did();
    Block init = init(did, "a");
    Block first = data(init.cid(), init.cid(), "one");
    Block firstSigned = envelope(first);
    Block second = data(init.cid(), firstSigned.cid(), "two");
    Block secondSigned = envelope(second);
    one.event(key(did, init.cid(), init.cid()), init);
    one.undelivered(key(did, init.cid(), secondSigned.cid()), second, secondSigned);
    one.event(key(did, init.cid(), firstSigned.cid()), first, firstSigned);
    one.close();
    ImportTask.Report report = run();
    assertThat(report.found()).isEmpty();
    assertThat(report.events()).isEqualTo(3);
    assertThat(report.present()).isZero();
    assertThat(log.event(secondSigned.cid()).orElseThrow().event().authenticated()).isTrue();
    assertThat(log.event(secondSigned.cid()).orElseThrow().event().stream())
        .isEqualTo(StreamId.of(3, init.cid()));
    assertThat(log.event(firstSigned.cid()).orElseThrow().sequence())
        .isLessThan(log.event(secondSigned.cid()).orElseThrow().sequence());
  }

  @Test
  void shouldGoOnWhereItWasCutShort() throws Exception {
    List<Block> inits = inits(MANY);
    one.close();
    assertThatThrownBy(
            () ->
                imports.importOne(
                    directory,
                    (done, total) -> {
                      throw new IllegalStateException("killed at " + done + " of " + total);
                    }))
        .hasMessage("killed at 256 of " + MANY);
    assertThat(log.size()).isEqualTo(256);
    ImportTask.Report rest = run();
    assertThat(rest.events()).isEqualTo(MANY - 256);
    assertThat(rest.present()).isEqualTo(256);
    ImportTask.Report again = run();
    assertThat(again.events()).isZero();
    assertThat(again.present()).isEqualTo(MANY);
    assertThat(log.size()).isEqualTo(MANY);
    assertThat(inits).allMatch(init -> log.contains(init.cid()));
  }

  @Test
  void shouldTellOfEachEventOnce() throws Exception {
    inits(3);
    one.close();
    List<long[]> told = new ArrayList<>();
    imports.importOne(directory, (done, total) -> told.add(new long[] {done, total}));
    assertThat(told.getLast()).containsExactly(3, 3);
  }

  @Test
  void rejectsDamagedRowsAndTakesTheRest() throws Exception {
    List<Block> inits = inits(6);
    one.damage(inits.get(1).cid(), new byte[] {1, 2, 3});
    one.lose(inits.get(2).cid());
    one.damage(inits.get(3).cid(), new byte[300_000]);
    one.event(90L, new byte[] {9, 9}, new byte[] {1});
    String did = did();
    Block own = init(did, "own");
    Block payload = data(own.cid(), own.cid(), "x");
    Block envelope = envelope(payload);
    keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Block forged = data(own.cid(), own.cid(), "forged");
    Block forgedEnvelope = envelope(did, forged);
    one.event(91L, own.cid().bytes(), key(did, own.cid(), own.cid()).bytes(), own);
    one.event(
        92L,
        envelope.cid().bytes(),
        key(did, own.cid(), envelope.cid()).bytes(),
        payload,
        envelope);
    one.event(
        93L,
        forgedEnvelope.cid().bytes(),
        key(did, own.cid(), forgedEnvelope.cid()).bytes(),
        forged,
        forgedEnvelope);
    one.close();
    ImportTask.Report report = run();
    assertThat(report.events()).isEqualTo(5);
    assertThat(report.refused()).isEqualTo(5);
    assertThat(report.found())
        .hasSize(5)
        .anyMatch(line -> line.contains(inits.get(1).cid() + ": block hash mismatch"))
        .anyMatch(line -> line.contains(inits.get(2).cid() + ": ") && line.contains("missing"))
        .anyMatch(line -> line.contains(inits.get(3).cid() + ": ") && line.contains("missing"))
        .anyMatch(line -> line.startsWith("not taken: row at 90: its CID is none"))
        .anyMatch(line -> line.contains(forgedEnvelope.cid().toString()));
    assertThat(log.contains(forgedEnvelope.cid())).isFalse();
  }

  @Test
  void shouldTakeInterestsOfModelsAndControllers() throws Exception {
    inits(1);
    Interest all = Interest.of(MODEL);
    Interest mine =
        new Interest(all.separator(), all.value(), Optional.of("did:key:z0"), Optional.empty());
    Interest unknown = Interest.of(StreamId.of(2, Cid.sha256(Cid.DAG_CBOR, new byte[] {7})));
    for (Interest interest : List.of(Interest.of(StreamId.MODEL), all, mine, unknown)) {
      one.interest(interest.from(NETWORK), interest.to(NETWORK));
    }
    one.interest(new byte[] {0x48, 1});
    one.close();
    ImportTask.Report report = run();
    assertThat(report.interests()).isEqualTo(3);
    assertThat(interests.all()).containsExactlyInAnyOrder(Interest.of(StreamId.MODEL), all, mine);
    assertThat(report.found()).hasSize(2).allMatch(line -> line.startsWith("interest not taken"));
  }

  @Test
  void rejectsAStoreThatIsInUse() throws Exception {
    inits(1);
    assertThatThrownBy(this::run)
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContaining("is in use");
    assertThat(log.size()).isZero();
  }

  @Test
  void rejectsTheEventsOfAnotherNetwork() throws Exception {
    Block init = init("did:key:z1", "x");
    one.event(
        EventId.of(
            NetworkId.local(7), "model", MODEL.bytes(), "did:key:z1", init.cid(), init.cid()),
        init);
    one.close();
    for (ThrowingCallable work :
        List.<ThrowingCallable>of(this::run, () -> imports.check(directory))) {
      assertThatThrownBy(work)
          .isInstanceOf(TaskFailedException.class)
          .hasMessageContaining("network local-7, and this node belongs to inmemory");
    }
    assertThat(log.size()).isZero();
  }

  @Test
  void rejectsWhatIsNoStore() throws Exception {
    one.run("ALTER TABLE ceramic_one_event RENAME COLUMN delivered TO sent");
    one.close();
    assertThatThrownBy(this::run)
        .hasMessageContaining("no column ceramic_one_event.delivered")
        .hasMessageContaining("version 0.58.0");
    Path file = directory.resolve(OneStore.FILE);
    byte[] noise = new byte[8192];
    Arrays.fill(noise, (byte) 'x');
    Files.write(file, noise);
    assertThatThrownBy(this::run).hasMessageContaining("is no SQLite database");
    Files.delete(file);
    assertThatThrownBy(this::run).hasMessageContaining("There is no store of a ceramic-one in");
    assertThat(file).doesNotExist();
  }

  /** The table of events without its constraints, as a damaged one may be. */
  private void loosen() throws SQLException {
    one.run("CREATE TABLE loose AS SELECT * FROM ceramic_one_event");
    one.run("DROP TABLE ceramic_one_event");
    one.run("ALTER TABLE loose RENAME TO ceramic_one_event");
  }

  @Test
  void shouldTakeRowsWhoseOrderIsDamagedAndNameThem() throws Exception {
    List<Block> inits = inits(MANY);
    one.run("UPDATE ceramic_one_event SET delivered = 'x' || delivered WHERE delivered > 300");
    one.run("UPDATE ceramic_one_event SET delivered = 1.5 WHERE delivered = 7");
    one.run("UPDATE ceramic_one_event SET delivered = x'00' WHERE delivered = 8");
    one.close();
    ImportTask.Report report = run();
    assertThat(report.events()).isEqualTo(MANY);
    assertThat(report.refused()).isZero();
    assertThat(report.found())
        .hasSize(302)
        .contains("row 7 has 1.5 for its order of delivery: it is taken after the others")
        .contains("row 8 has X'00' for its order of delivery: it is taken after the others")
        .contains("row 301 has 'x301' for its order of delivery: it is taken after the others");
    assertThat(inits).allMatch(init -> log.contains(init.cid()));
  }

  @Test
  void shouldTakeAllRowsOfOnePlace() throws Exception {
    List<Block> inits = inits(MANY);
    loosen();
    one.run("UPDATE ceramic_one_event SET delivered = 5");
    one.close();
    ImportTask.Report report = run();
    assertThat(report.events()).isEqualTo(MANY);
    assertThat(report.found()).isEmpty();
    assertThat(inits).allMatch(init -> log.contains(init.cid()));
  }

  @Test
  void shouldSayHowManyRowsTheOrderLeadsPast() throws Exception {
    inits(4);
    loosen();
    one.run("CREATE INDEX by_order ON ceramic_one_event (delivered)");
    one.run("CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'by_order'");
    one.run("PRAGMA writable_schema = ON");
    one.run("DELETE FROM sqlite_schema WHERE name = 'by_order'");
    one.reopen();
    Block late = init("did:key:z9", "late");
    one.event(key("did:key:z9", late.cid(), late.cid()), late);
    one.run("PRAGMA writable_schema = ON");
    one.run("INSERT INTO sqlite_schema SELECT * FROM kept");
    one.close();
    ImportTask.Report report = run();
    assertThat(report.events()).isEqualTo(4);
    assertThat(report.refused()).isEqualTo(1);
    assertThat(report.found())
        .singleElement()
        .asString()
        .startsWith("not taken: 1 rows that the order of delivery leads past")
        .contains("REINDEX");
  }

  @Test
  void shouldTellWhichRowComesBehindWhich() {
    OneRow row = new OneRow(4, 1, null, null, null);
    assertThat(row.isAfter(OneRow.NONE)).isTrue();
    assertThat(row.isAfter(row)).isFalse();
    assertThat(new OneRow(4, 2, null, null, null).isAfter(row)).isTrue();
    assertThat(new OneRow(3, 2, null, null, null).isAfter(row)).isFalse();
  }

  @Test
  void shouldOnlyLookWhenAskedWhetherAStoreCanBeTaken() throws Exception {
    inits(1);
    assertThatThrownBy(() -> imports.check(directory)).hasMessageContaining("is in use");
    one.close();
    imports.check(directory);
    assertThat(log.size()).isZero();
  }
}
