package org.kiln.sample.rss;

import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A feed, newest item first.
 *
 * @see <a href="https://www.rssboard.org/rss-specification">RSS 2.0</a>
 */
record Feed(String title, String link, String description, List<Item> items) {

  /**
   * One version.
   *
   * @param guid the CommitID, which is the same on every node
   * @param time when it was anchored, if it was
   */
  record Item(String title, String guid, String description, Optional<Instant> time) {}

  String xml() {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument();
      xml.writeStartElement("rss");
      xml.writeAttribute("version", "2.0");
      xml.writeStartElement("channel");
      element(xml, "title", title);
      element(xml, "link", link);
      element(xml, "description", description);
      for (Item item : items) {
        xml.writeStartElement("item");
        element(xml, "title", item.title());
        element(xml, "description", item.description());
        xml.writeStartElement("guid");
        xml.writeAttribute("isPermaLink", "false");
        xml.writeCharacters(item.guid());
        xml.writeEndElement();
        if (item.time().isPresent()) {
          element(xml, "pubDate", rfc822(item.time().get()));
        }
        xml.writeEndElement();
      }
      xml.writeEndDocument();
      xml.close();
      return text.toString();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("A StringWriter does not fail", e);
    }
  }

  private static String rfc822(Instant time) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
  }

  private static void element(XMLStreamWriter xml, String name, String text)
      throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(printable(text));
    xml.writeEndElement();
  }

  /** XML cannot say most control characters, nor halves of surrogate pairs, in any way at all. */
  private static String printable(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              boolean said =
                  c == '\t'
                      || c == '\n'
                      || (c >= 0x20 && c < 0xd800)
                      || (c >= 0xe000 && c < 0xfffe)
                      || c >= 0x10000;
              clean.appendCodePoint(said ? c : 0xfffd);
            });
    return clean.toString();
  }
}
