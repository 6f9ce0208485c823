package org.kiln.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What happens to files. */
enum Damage {
  TRUNCATED {
    @Override
    byte[] of(byte[] whole) {
      return Arrays.copyOf(whole, whole.length / 2);
    }
  },
  EMPTIED {
    @Override
    byte[] of(byte[] whole) {
      return new byte[0];
    }
  },
  ZEROED {
    @Override
    byte[] of(byte[] whole) {
      return new byte[whole.length];
    }
  },
  GARBAGE {
    @Override
    byte[] of(byte[] whole) {
      return "\u00fe\u00ff\u0003 = \u00c3(".repeat(9).getBytes(StandardCharsets.ISO_8859_1);
    }
  },
  A_DIRECTORY {
    @Override
    void to(Path file) throws IOException {
      Files.delete(file);
      Files.writeString(Files.createDirectory(file).resolve("file"), "x");
    }
  };

  byte[] of(byte[] whole) {
    return whole;
  }

  void to(Path file) throws IOException {
    Files.write(file, of(Files.readAllBytes(file)));
  }
}
