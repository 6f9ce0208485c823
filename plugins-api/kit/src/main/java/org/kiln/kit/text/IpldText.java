package org.kiln.kit.text;

import java.util.Base64;
import org.kiln.api.ipld.Ipld;

/** Values as text for messages: JSON, cut off where it gets long. Not for storing or hashing. */
public final class IpldText {
  private final StringBuilder text = new StringBuilder();
  private final int maxChars;

  private IpldText(int maxChars) {
    this.maxChars = maxChars;
  }

  /**
   * A value as JSON; bytes as base64, links as their CID.
   *
   * @param maxChars where to cut it off
   */
  public static String json(Ipld value, int maxChars) {
    IpldText writer = new IpldText(maxChars);
    writer.write(value);
    return writer.text.length() <= maxChars
        ? writer.text.toString()
        : writer.text.substring(0, maxChars) + "…";
  }

  private void write(Ipld value) {
    switch (value) {
      case Ipld.Null ignored -> text.append("null");
      case Ipld.Bool bool -> text.append(bool.value());
      case Ipld.Int number -> text.append(number.value());
      case Ipld.Float64 number -> text.append(JsNumber.text(number.value()));
      case Ipld.Text string -> quote(string.value());
      case Ipld.Bytes bytes ->
          quote(Base64.getEncoder().withoutPadding().encodeToString(bytes.value()));
      case Ipld.Link link -> quote(link.cid().toString());
      case Ipld.List list -> {
        text.append('[');
        for (Ipld item : list.items()) {
          comma('[');
          write(item);
          if (text.length() > maxChars) {
            return;
          }
        }
        text.append(']');
      }
      case Ipld.Map map -> {
        text.append('{');
        for (var entry : map.entries().entrySet()) {
          comma('{');
          quote(entry.getKey());
          text.append(':');
          write(entry.getValue());
          if (text.length() > maxChars) {
            return;
          }
        }
        text.append('}');
      }
    }
  }

  private void comma(char opening) {
    if (text.charAt(text.length() - 1) != opening) {
      text.append(',');
    }
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length() && text.length() <= maxChars; i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        default -> text.append(c < ' ' ? ' ' : c);
      }
    }
    text.append('"');
  }
}
