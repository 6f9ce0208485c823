package org.kiln.health;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.Metrics.Sample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Prometheus text format, version 0.0.4.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition
 *     formats</a>
 */
final class PrometheusText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Logger LOG = LoggerFactory.getLogger(PrometheusText.class);

  private PrometheusText() {}

  /** The numbers of all sources; a source that fails is left out. */
  static byte[] of(Collection<Metrics> sources) {
    // Samples of one name must stand together, whatever source they come from.
    Map<String, List<Sample>> families = new LinkedHashMap<>();
    for (Metrics source : sources) {
      try {
        for (Sample sample : source.samples()) {
          families.computeIfAbsent(family(sample), name -> new ArrayList<>()).add(sample);
        }
      } catch (RuntimeException e) {
        LOG.warn("Metrics of {} failed: {}", source.getClass().getName(), e.toString());
      }
    }
    StringBuilder out = new StringBuilder(8192);
    families.forEach((name, samples) -> family(name, samples, out));
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The numbers of a histogram are one family. */
  private static String family(Sample sample) {
    return sample.type() == Metrics.Type.HISTOGRAM
        ? sample.name().substring(0, sample.name().lastIndexOf('_'))
        : sample.name();
  }

  private static void family(String name, List<Sample> samples, StringBuilder out) {
    Sample first = samples.get(0);
    out.append("# HELP ").append(name).append(' ');
    escape(first.help(), false, out);
    String type = first.type().name().toLowerCase(Locale.ROOT);
    out.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
    for (Sample sample : samples) {
      out.append(sample.name());
      labels(sample.labels(), out);
      out.append(' ').append(number(sample.value())).append('\n');
    }
  }

  private static void labels(List<String> labels, StringBuilder out) {
    for (int i = 0; i + 1 < labels.size(); i += 2) {
      out.append(i == 0 ? '{' : ',').append(labels.get(i)).append("=\"");
      escape(labels.get(i + 1), true, out);
      out.append('"');
    }
    if (labels.size() > 1) {
      out.append('}');
    }
  }

  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
      return Long.toString((long) value);
    }
    return Double.isNaN(value)
        ? "NaN"
        : Double.isInfinite(value) ? (value > 0 ? "+Inf" : "-Inf") : Double.toString(value);
  }

  private static void escape(String text, boolean quotes, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        out.append("\\\\");
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c == '"' && quotes) {
        out.append("\\\"");
      } else {
        out.append(c);
      }
    }
  }
}
