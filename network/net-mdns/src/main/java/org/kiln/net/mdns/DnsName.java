package org.kiln.net.mdns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A domain name. Compared without regard to case (RFC 6762 §16), and label by label, since labels
 * of service instances may contain dots. Immutable.
 *
 * @param labels in lower case, a character a byte
 */
record DnsName(List<String> labels) {
  static final int MAX_LABEL = 63;

  /** Of the encoded form, RFC 1035 §2.3.4. */
  static final int MAX_BYTES = 255;

  DnsName {
    labels = labels.stream().map(label -> label.toLowerCase(Locale.ROOT)).toList();
  }

  static DnsName of(String... labels) {
    return new DnsName(List.of(labels));
  }

  /** This name with one more label in front. */
  DnsName prepend(String label) {
    List<String> longer = new ArrayList<>();
    longer.add(label);
    longer.addAll(labels);
    return new DnsName(longer);
  }

  void write(ByteArrayOutputStream out) {
    for (String label : labels) {
      byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
      if (bytes.length == 0 || bytes.length > MAX_LABEL) {
        throw new IllegalArgumentException("A label of " + bytes.length + " bytes");
      }
      out.write(bytes.length);
      out.writeBytes(bytes);
    }
    out.write(0);
  }
}
