package org.kiln.launcher;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of the models of one part, as directories: the StreamID, or the bytes in hex where that
 * is none or another model of the part has it. Not two models have one name, on file systems that
 * do not tell upper from lower case neither.
 */
final class ExportNames {
  /** Base 36 of multibase begins with it, and no hex digit is it. */
  private static final Pattern ID = Pattern.compile("k[a-z0-9]{1,127}");

  /** File systems take names of 255 bytes. */
  private static final int LONGEST_HEX = 128;

  private final Set<String> taken = new HashSet<>();

  /** The name of a model that has none yet. */
  String of(ExportSource.Model model) {
    return model
        .id()
        .filter(id -> ID.matcher(id).matches() && taken.add(id))
        .orElseGet(() -> bytes(model.bytes()));
  }

  private static String bytes(String hex) {
    if (hex.isEmpty()) {
      return "none";
    }
    return hex.length() <= LONGEST_HEX
        ? hex
        : "sha256-" + HexFormat.of().formatHex(sha256(HexFormat.of().parseHex(hex)));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
