package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.node.StatusSection;
import org.kiln.http.v0.FakeCall.Answer;

class AdminRoutesTest {
  private static final String STATUS = "/api/v0/admin/status";
  private static final String PINS = "/api/v0/admin/pins";

  private final FakeNode node = new FakeNode();
  private V0Face face;

  @BeforeEach
  void open() {
    face = node.face();
  }

  @AfterEach
  void close() {
    face.close();
  }

  @Test
  void shouldTellStatus() {
    node.now += 3;
    node.sections = List.of(section("ipfs", Ipld.map("peerId", Ipld.of("12D3"))));

    assertThat(get(STATUS, jws(STATUS, code(), null)))
        .isEqualTo(
            new Answer(
                200,
                "{\"runId\":\"run\",\"uptimeMs\":3000,\"network\":\"inmemory\",\"anchor\":{"
                    + "\"anchorServiceUrl\":\"<inmemory>\",\"ethereumRpcEndpoint\":null,"
                    + "\"chainId\":\"inmemory:12345\"},\"ipfs\":{\"peerId\":\"12D3\"}}"));
  }

  @Test
  void shouldPinAndUnpin() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);

    assertThat(admin(FakeCall.post(PINS + "/" + id, "{\"force\":true}"), PINS))
        .isEqualTo(new Answer(200, "{\"streamId\":\"" + id + "\",\"isPinned\":true}"));
    assertThat(admin(FakeCall.get(PINS), PINS).body())
        .isEqualTo("{\"pinnedStreamIds\":[\"" + id + "\"]}");
    assertThat(admin(FakeCall.get(PINS + "/" + id), PINS).body())
        .isEqualTo("{\"pinnedStreamIds\":[\"" + id + "\"]}");
    assertThat(admin(FakeCall.delete(PINS + "/" + id), PINS))
        .isEqualTo(new Answer(200, "{\"streamId\":\"" + id + "\",\"isPinned\":false}"));
    assertThat(admin(FakeCall.get(PINS + "/" + id), PINS).body())
        .isEqualTo("{\"pinnedStreamIds\":[]}");
  }

  @Test
  void shouldShutDown() {
    String path = "/api/v0/admin/shutdown";
    String jws = jws(path, code(), "{\"force\":true}");

    assertThat(FakeCall.post(path, "{\"jws\":\"" + jws + "\"}").send(face.routes()).status())
        .isEqualTo(200);
    assertThat(node.stopped).isTrue();
  }

  @Test
  void rejectsShutdownWithoutSignature() {
    String path = "/api/v0/admin/shutdown";

    assertThat(FakeCall.post(path, "{}").send(face.routes()))
        .isEqualTo(new Answer(422, "Missing authorization jws"));
    assertThat(FakeCall.post(path, "{\"jws\":\"a.b\"}").send(face.routes()).status())
        .isEqualTo(422);
    assertThat(node.stopped).isNull();
  }

  @Test
  void rejectsWithoutHeader() {
    assertThat(FakeCall.get(STATUS).send(face.routes()))
        .isEqualTo(new Answer(401, "Missing authorization header"));
    assertThat(FakeCall.get(STATUS).header("Authorization", "Bearer x").send(face.routes()))
        .isEqualTo(
            new Answer(
                400,
                "Invalid authorization header format. It needs to be 'Authorization: Basic <JWS"
                    + " BLOCK>'"));
  }

  @Test
  void shouldAcceptHeaderThatNamesItselfTwice() {
    String jws = jws(STATUS, code(), null);

    assertThat(
            FakeCall.get(STATUS)
                .header("Authorization", "Authorization: Basic " + jws)
                .send(face.routes())
                .status())
        .isEqualTo(200);
  }

  @Test
  void rejectsBadSignature() {
    String jws = jws(STATUS, code(), null);
    String unsigned = jws.substring(0, jws.lastIndexOf('.') + 1);

    assertThat(get(STATUS, unsigned))
        .isEqualTo(
            new Answer(
                401,
                "Error while processing the authorization header invalid_signature: Signature"
                    + " invalid for JWT"));
  }

  @Test
  void rejectsOtherPath() {
    assertThat(get(STATUS, jws(PINS, code(), null)))
        .isEqualTo(
            new Answer(
                401,
                "The jws block contains a request path (/api/v0/admin/pins) that doesn't match the"
                    + " request (/api/v0/admin/status)"));
  }

  @Test
  void rejectsMissingUnknownUsedAndExpiredCode() {
    assertThat(get(STATUS, jws(STATUS, "", null)).body())
        .isEqualTo("Admin code is missing from the the jws block");
    assertThat(get(STATUS, jws(STATUS, "0a7b6a6e-7c54-4b5e-8b0e-1c3a5c1f9d11", null)).body())
        .isEqualTo("Unauthorized access: invalid/already used admin code");
    String used = code();
    get(STATUS, jws(STATUS, used, null));
    assertThat(get(STATUS, jws(STATUS, used, null)))
        .isEqualTo(new Answer(401, "Unauthorized access: invalid/already used admin code"));
    String old = code();
    node.now += 61;
    assertThat(get(STATUS, jws(STATUS, old, null)))
        .isEqualTo(
            new Answer(
                401,
                "Unauthorized access: expired admin code - admin codes are only valid for 60"
                    + " seconds"));
  }

  @Test
  void rejectsOtherDidAndDoesNothing() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    node.signer = FakeNode.ADMIN + "x#key";

    assertThat(admin(FakeCall.post(PINS + "/" + id, "{}"), PINS))
        .isEqualTo(
            new Answer(
                401,
                "Unauthorized access: DID '"
                    + FakeNode.ADMIN
                    + "x#key' does not have admin access permission to this node"));
    assertThat(node.streams.pins).isEmpty();
  }

  @Test
  void shouldIssueDistinctUuids() {
    String one = code();

    assertThat(one).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(code()).isNotEqualTo(one);
  }

  @Test
  void rejectsChangedCode() {
    String code = code();
    char last = code.charAt(35) == '0' ? '1' : '0';

    assertThat(get(STATUS, jws(STATUS, code.substring(0, 35) + last, null)).status())
        .isEqualTo(401);
    assertThat(get(STATUS, jws(STATUS, code.toUpperCase(Locale.ROOT), null)).status())
        .isEqualTo(401);
  }

  private String code() {
    String body = FakeCall.get("/api/v0/admin/getCode").send(face.routes()).body();
    return body.substring("{\"code\":\"".length(), body.length() - 2);
  }

  private Answer admin(FakeCall call, String path) {
    return call.header("Authorization", "Basic " + jws(path, code(), null)).send(face.routes());
  }

  private Answer get(String path, String jws) {
    return FakeCall.get(path).header("Authorization", "Basic " + jws).send(face.routes());
  }

  private static String jws(String path, String code, String body) {
    String payload =
        "{\"requestPath\":\""
            + path
            + "\",\"code\":\""
            + code
            + "\""
            + (body == null ? "" : ",\"requestBody\":" + body)
            + "}";
    return base64("{\"alg\":\"EdDSA\"}") + "." + base64(payload) + "." + base64("sig");
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static StatusSection section(String name, Ipld value) {
    return new StatusSection() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Ipld value() {
        return value;
      }
    };
  }
}
