package org.kiln.sample.rss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamState;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;
import org.kiln.testkit.SampleStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class RssRouteTest extends HttpRouteContract {
  private static final StreamState FIRST =
      SampleStream.created(
          0, SampleStream.cid("init"), document(Ipld.map("title", Ipld.of("One & only \u0000"))));
  private static final StreamState SECOND =
      SampleStream.changed(
          FIRST,
          new Event.Data(
              SampleStream.cid("change"),
              Optional.of(FIRST.tip()),
              FIRST.tip(),
              Ipld.NULL,
              Optional.empty(),
              true),
          document(Ipld.map("title", Ipld.of("Two"), "text", Ipld.of("<b>news</b>"))));
  private static final StreamState ANCHORED =
      SampleStream.anchored(
          SECOND, SampleStream.cid("time"), Instant.ofEpochSecond(1_700_000_000L));

  private static final StreamReader STREAMS =
      (ref, deadline) -> {
        if (ref.stream().type() == FIRST.id().type() + 1) {
          throw new DependencyMissingException(
              Dependency.streamType(ref.stream().type()), "Its type is not installed");
        }
        if (!ref.stream().equals(FIRST.id())) {
          throw new DependencyMissingException(
              Dependency.stream(ref.stream()), "It is not known here");
        }
        return ref.event().equals(Optional.of(FIRST.tip())) ? FIRST : ANCHORED;
      };

  private static Document document(Ipld content) {
    return Document.of(content, Ipld.Map.EMPTY, Signature.SIGNED);
  }

  @Override
  protected HttpRoute route() {
    return new RssRoute(STREAMS);
  }

  @Override
  protected FakeHttpCall call() {
    String id = FIRST.id().toString();
    return FakeHttpCall.of("GET", "/feeds/" + id).withVariable("stream", id);
  }

  @Test
  void shouldListTheVersionsNewestFirst() throws Exception {
    HttpReply.Body reply = (HttpReply.Body) route().handle(call());
    assertThat(reply.contentType()).startsWith("application/rss+xml");
    Element feed =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(reply.parts().get(0)))
            .getDocumentElement();

    NodeList items = feed.getElementsByTagName("item");
    assertThat(items.getLength()).isEqualTo(2);
    Element newest = (Element) items.item(0);
    assertThat(text(newest, "title")).isEqualTo("Two");
    assertThat(text(newest, "description")).isEqualTo("<b>news</b>");
    assertThat(text(newest, "pubDate")).isEqualTo("Tue, 14 Nov 2023 22:13:20 GMT");
    assertThat(text(newest, "guid")).isEqualTo(SECOND.commitId().toString());
    Element oldest = (Element) items.item(1);
    assertThat(text(oldest, "title")).isEqualTo("One & only \ufffd");
    assertThat(text(oldest, "description")).startsWith("{\"title\":");
  }

  @Test
  void shouldSayOfAStreamWhoseTypeIsMissingThatItMayComeLater() {
    String other = SampleStream.created(1, SampleStream.cid("x"), document(Ipld.NULL)).id() + "";
    assertThatThrownBy(() -> route().handle(call().withVariable("stream", other)))
        .isInstanceOfSatisfying(
            HttpProblem.class,
            p -> {
              assertThat(p.status()).isEqualTo(503);
              assertThat(p.details()).containsEntry("missing", "stream-type:1");
            });
  }

  @Test
  void rejectsAStreamThatIsNotKnownHere() {
    String other = SampleStream.created(0, SampleStream.cid("x"), document(Ipld.NULL)).id() + "";
    assertThatThrownBy(() -> route().handle(call().withVariable("stream", other)))
        .isInstanceOfSatisfying(HttpProblem.class, p -> assertThat(p.status()).isEqualTo(404));
  }

  private static String text(Element item, String name) {
    return item.getElementsByTagName(name).item(0).getTextContent();
  }
}
