package org.kiln.plugins;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.stream.StreamType;

/**
 * An interface that plugins implement.
 *
 * @param type its name
 * @param kind of what it serves
 * @param property the service property that holds the key, empty when only the object knows
 * @param keys asks the object
 */
record Spi(String type, String kind, String property, Function<Object, List<String>> keys) {
  static final List<Spi> ALL =
      List.of(
          spi(
              StreamType.class,
              Offer.STREAM_TYPE,
              StreamType.TYPE_PROPERTY,
              type -> List.of(Integer.toString(type.typeCode()))),
          spi(
              DidMethod.class,
              Offer.DID_METHOD,
              DidMethod.METHOD_PROPERTY,
              method -> List.of(method.method())),
          spi(
              SignatureSuite.class,
              Offer.SIGNATURES,
              SignatureSuite.ALG_PROPERTY,
              suite -> List.of(suite.alg())),
          spi(
              CapabilitySignature.class,
              Offer.CAPABILITIES,
              CapabilitySignature.TYPE_PROPERTY,
              signature -> List.of(signature.type())),
          spi(
              AnchorChain.class,
              Offer.CHAIN,
              AnchorChain.CHAIN_PROPERTY,
              chain -> List.of(chain.chainId())),
          spi(
              AnchorProofValidator.class,
              Offer.PROOFS,
              AnchorProofValidator.CHAINS_PROPERTY,
              validator -> List.of()),
          spi(StoreBackend.class, Offer.STORE, StoreBackend.BACKEND_PROPERTY, backend -> List.of()),
          spi(
              IndexBackend.class,
              Offer.INDEX,
              IndexBackend.BACKEND_PROPERTY,
              backend -> List.of(backend.id())),
          spi(NetworkProtocol.class, Offer.PROTOCOL, "", NetworkProtocol::ids),
          spi(ChangeReader.class, Offer.FEED_READER, ChangeReader.NAME, reader -> List.of()),
          spi(EventReader.class, Offer.FEED_READER, ChangeReader.NAME, reader -> List.of()),
          spi(HttpRoute.class, Offer.ROUTE, "", Spi::routes));

  private static <T> Spi spi(
      Class<T> type, String kind, String property, Function<T, List<String>> keys) {
    return new Spi(type.getName(), kind, property, object -> keys.apply(type.cast(object)));
  }

  private static List<String> routes(HttpRoute route) {
    List<String> routes = new ArrayList<>();
    for (String method : route.methods()) {
      routes.add(method + " " + route.pattern());
    }
    return routes;
  }

  /** The kinds a service of these interfaces serves. */
  static List<Spi> of(String[] objectClass) {
    List<String> names = Arrays.asList(objectClass);
    return ALL.stream().filter(spi -> names.contains(spi.type())).toList();
  }

  /** The keys in a service property: one value, an array or a collection. */
  static List<String> keys(Object value) {
    return switch (value) {
      case null -> List.of();
      case Object[] array -> Stream.of(array).map(Object::toString).toList();
      case Collection<?> all -> all.stream().map(Object::toString).toList();
      default -> List.of(value.toString());
    };
  }
}
