package org.kiln.did.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod.ResolveOptions;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.VerificationMethod;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.plugin.Deadline;
import org.kiln.testkit.Vectors;

class KeyDidMethodTest {
  private static final ResolveOptions NOW = new ResolveOptions(Optional.empty(), Deadline.NONE);
  private final KeyDidMethod method = new KeyDidMethod();

  @TestFactory
  Stream<DynamicTest> shouldMakeTheDocumentsOfTheJavaScriptResolver() {
    return Vectors.load("jws").stream()
        .filter(entry -> entry.name().startsWith("resolve-"))
        .filter(entry -> entry.inputs().get("did").asText().startsWith("did:key:"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () ->
                        assertThat(resolve(entry.inputs().get("did").asText()).json())
                            .isEqualTo(ipld(entry.expected().get("didDocument")))));
  }

  @ParameterizedTest
  @CsvSource({
    // compressed, bare x‖y, and uncompressed P-256, then P-384 and P-521
    "zDnaeUKTWUXc1HDpGfKbEK31nKLN19yX5aunFd7VK1CUMeyJu, P-256,"
        + " OcPddBMXKURtwbPaZ9SfwEb8vwcvzFufpRwFuXQwf5Y,"
        + " nEA7FjXwRJ8CvUInUeMxIaRDTxUvKysqP2dSGcXZJfY",
    "zruuPojWkzGPb8sVc42f2YxcTXKUTpAUbdrzVovaTBmGGNyK6cGFaA4Kp7SSLKecrxYz8Sc9d77Rss7rayYt1oFCaNJ,"
        + " P-256, -cNviWRiM3i9wGjUvOB-0XyPpIb5rAwmE8o8jDBte7Y,"
        + " HNNnF7isXk_qitI9yNB4PCMY7krXqA224AJq0LByok8",
    "z4oJ8emo5e6mGPCUS5wncFZXAyuVzGRyJZvoduwq7FrdZYPd1LZQbDKsp1YAMX8x14zBwy3yHMSpfecJCMDeRFUgFqYsY,"
        + " P-256, -cNviWRiM3i9wGjUvOB-0XyPpIb5rAwmE8o8jDBte7Y,"
        + " HNNnF7isXk_qitI9yNB4PCMY7krXqA224AJq0LByok8",
    "z82LkvCwHNreneWpsgPEbV3gu1C6NFJEBg4srfJ5gdxEsMGRJUz2sG9FE42shbn2xkZJh54, P-384,"
        + " CA-iNoHDg1lL8pvX3d1uvExzVfCz7Rn6tW781Ub8K5MrDf2IMPyL0RTDiaLHC1JT,"
        + " Kpnrn8DkXUD3ge4mFxi-DKr0DYO2KuJdwNBrhzLRtfMa3WFMZBiPKUPfJj8dYNl_",
    "z2J9gcGhudjgwsDLv4qJVM6DysnsjWRS6ggtCsSYpV9TGxd9WGoE1EkPxdvPcqEs7eLsQA985AGXPuqttPP7WJ5Qdiz27U3t,"
        + " P-521,"
        + " ATkofCC8_KAAJ3XSRayyPk8WqF9qahhoQVjbHtzbe5MSaaFiMKBZr-CurF9IcpJD-YYEukPmarSKFpXLtwAdiONT,"
        + " AWuYkJ7iaFhfz_dzFemaBnuq1WFnoZeIha7KpE9benPTX9FQhAoyHY-2qO4IyqGe1XGGtx8eJXvp57xMtUXm2rAH"
  })
  void shouldWriteNistKeysAsJwk(String key, String curve, String x, String y) throws Exception {
    VerificationMethod only = resolve("did:key:" + key).verificationMethods().getFirst();
    assertThat(only.json().get("publicKeyJwk"))
        .contains(
            Ipld.map(
                "kty", Ipld.of("EC"), "crv", Ipld.of(curve), "x", Ipld.of(x), "y", Ipld.of(y)));
  }

  @Test
  void shouldDeriveTheAgreementKeyOfEd25519() throws Exception {
    DidDocument document = resolve("did:key:z6MktvqCyLxTsXUH1tUZncNdVeEZ7hNh7npPRbUU27GTrYb8");
    VerificationMethod only = document.verificationMethods().getFirst();
    assertThat(only.publicKey())
        .isEqualTo(
            Multibase.decode("fd713cb7f8624d8648496e01010f2bd72f0dcbbdecdb7036f38c20475f5f429bf"));
    assertThat(only.algorithms()).isEqualTo(Set.of("EdDSA"));
    Ipld.List agreement = (Ipld.List) document.json().get("keyAgreement").orElseThrow();
    assertThat(((Ipld.Map) agreement.items().getFirst()).text("publicKeyBase58"))
        .contains("C5PUWzkX7LQPSVFdxfCBQRFKvqyvGpKxgpDF2F8KjFzW");
  }

  @Test
  void shouldGiveX25519NoKeyThatSigns() throws Exception {
    assertThat(
            resolve("did:key:z6LSnkZe3JZPCo88XsdQVJi8j1TomzX2yRW7ZnvvWhmrSdmG")
                .verificationMethods())
        .isEmpty();
  }

  @Test
  void shouldNameTheMethodByTheKeyItself() throws Exception {
    String did = "did:key:zQ3shbgnTGcgBpXPdBjDur3ATMDWhS7aPs6FRFkWR19Lb9Zwz";
    VerificationMethod only = resolve(did + "?a=b#anything").verificationMethods().getFirst();
    assertThat(only.id()).isEqualTo(did + "#" + did.substring(8));
    assertThat(only.algorithms()).isEqualTo(Set.of("ES256K"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "did:pkh:eip155:1:0xab",
        "did:key:z",
        "did:key:zz",
        "did:key:z0",
        "did:key:6Mkk3rtfoKDMMG4zyarNGwCQs44GSQ49pcYKQspHJPXSnVw",
        "did:key:z6Mkk3rtfoKDMMG4zyarNGwCQs44GSQ49pcYKQspHJPXSnV",
        "did:key:z06Mks77RpV5RWrJnaSSunqDmkg9A1nnsYxEAnqS6A2xUUG4g",
        "did:key:zUC7DmFB2rTbVBcS7bdmFcbEP5hjDrHwSVYFsP6VBJHHPj8yJ"
      })
  void rejectsWhatIsNoKey(String did) {
    assertThatThrownBy(() -> resolve(did))
        .isInstanceOfSatisfying(
            DidException.class,
            e -> {
              assertThat(e.error()).isEqualTo("invalidDid");
              assertThat(e.retry().worthwhile()).isFalse();
            });
  }

  @Test
  void rejectsKeysWithoutEnd() {
    assertThatThrownBy(() -> resolve("did:key:z6Mk" + "z".repeat(2_000)))
        .isInstanceOf(DidException.class)
        .hasMessageEndingWith("its key is longer than any known one");
    assertThatThrownBy(() -> resolve("did:key:z6Mk" + "z".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("DID of 100012 characters is too long");
  }

  @Property
  void shouldNeverFailButWithInvalidDid(@ForAll @Size(max = 140) byte[] bytes) {
    for (KeyType type : KeyType.values()) {
      byte[] prefix = org.kiln.api.ipld.Varint.encode(type.codec());
      byte[] key = java.util.Arrays.copyOf(prefix, prefix.length + bytes.length);
      System.arraycopy(bytes, 0, key, prefix.length, bytes.length);
      String did = "did:key:" + Multibase.BASE58BTC.encode(key);
      try {
        assertThat(resolve(did).id().value()).isEqualTo(did);
      } catch (DidException e) {
        assertThat(e.error()).isEqualTo("invalidDid");
      }
    }
  }

  private DidDocument resolve(String did) throws DidException {
    return method.resolve(DidUrl.parse(did), NOW);
  }

  private static Ipld ipld(JsonNode node) {
    if (node.isTextual()) {
      return Ipld.of(node.asText());
    }
    if (node.isArray()) {
      List<Ipld> items = new ArrayList<>();
      node.forEach(item -> items.add(ipld(item)));
      return new Ipld.List(items);
    }
    Map<String, Ipld> entries = new LinkedHashMap<>();
    node.properties().forEach(field -> entries.put(field.getKey(), ipld(field.getValue())));
    return new Ipld.Map(entries);
  }
}
