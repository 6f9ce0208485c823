package org.kiln.ipld;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamRef;
import org.kiln.ipld.event.CommitJson;
import org.kiln.ipld.event.EventCar;
import org.kiln.ipld.event.EventDecoder.Blocks;

/**
 * What the network can send: each parser takes any bytes and answers with a value or with its own
 * refusal. Run one of them with {@code JAZZER_FUZZ=1}.
 */
class ParserFuzzTest {

  @FuzzTest
  void dagCbor(byte[] data) {
    try {
      Ipld value = DagCbor.decode(data);
      if (DagCbor.isCanonical(data) != Arrays.equals(data, DagCbor.encode(value))) {
        throw new AssertionError("isCanonical is wrong");
      }
    } catch (CodecException refused) {
      return;
    }
  }

  @FuzzTest
  void dagJson(byte[] data) {
    try {
      Ipld value = DagJson.parse(data);
      if (!DagJson.parse(DagJson.write(value)).equals(value)) {
        throw new AssertionError("does not read back");
      }
    } catch (CodecException refused) {
      return;
    } catch (IllegalArgumentException reservedKey) {
      if (!reservedKey.getMessage().contains("\"/\"")) {
        throw reservedKey;
      }
    }
  }

  @FuzzTest
  void json(byte[] data) {
    try {
      Ipld value = Json.parse(data);
      if (!Json.parse(Json.write(value)).equals(value) && wellFormed(value)) {
        throw new AssertionError("does not read back");
      }
    } catch (CodecException refused) {
      return;
    }
  }

  @FuzzTest
  void dagJose(byte[] data) {
    try {
      DagJose.encode(DagJose.read(data));
      DagJose.decode(data).header();
    } catch (CodecException refused) {
      return;
    }
  }

  @FuzzTest
  void car(byte[] data) {
    try {
      Car.read(data).write();
    } catch (CodecException refused) {
      return;
    }
  }

  @FuzzTest
  void event(byte[] data) {
    try {
      EventCar.write(EventCar.read(data));
    } catch (CodecException refused) {
      return;
    }
  }

  @FuzzTest
  void commitJson(byte[] data) {
    try {
      CommitJson.Parsed parsed = CommitJson.read(Json.parseMap(data));
      CommitJson.write(parsed.root(), Blocks.of(parsed.blocks()));
    } catch (CodecException refused) {
      return;
    }
  }

  @FuzzTest
  void compactJws(byte[] data) {
    try {
      Jws.parseCompact(new String(data, StandardCharsets.UTF_8)).header();
    } catch (CodecException refused) {
      return;
    }
  }

  @FuzzTest
  void streamRef(byte[] data) {
    try {
      StreamRef.of(data);
      StreamRef.parse(new String(data, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException refused) {
      return;
    }
  }

  @FuzzTest
  void eventId(byte[] data) {
    EventId.tryOf(data).ifPresent(EventId::event);
  }

  @FuzzTest
  void cid(byte[] data) {
    try {
      Cid cid = Cid.of(data);
      if (!Arrays.equals(cid.bytes(), data) || !Cid.parse(cid.toString()).equals(cid)) {
        throw new AssertionError("does not read back");
      }
      Cid.parse(new String(data, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException refused) {
      return;
    }
  }

  /** Names with a lone surrogate are replaced when written. */
  private static boolean wellFormed(Ipld value) {
    return switch (value) {
      case Ipld.List list -> list.items().stream().allMatch(ParserFuzzTest::wellFormed);
      case Ipld.Map map ->
          map.entries().entrySet().stream()
              .allMatch(
                  entry ->
                      entry.getKey().codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff)
                          && wellFormed(entry.getValue()));
      default -> true;
    };
  }
}
