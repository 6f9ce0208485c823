package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.lending.Lease;
import org.kiln.core.stream.StreamException;

/** A stream type goes while events arrive, and comes back. */
public class MissingTypeTest {
  private final Switch extensions = new Switch();
  private final Scene scene = new Scene(extensions);

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void shouldKeepEventsOfAMissingTypeAndApplyThemWhenItIsBack() throws Exception {
    Scene.Story story =
        new Scene.Story().note("a", "I").note("b", "a").note("c", "b").time("t", "c", 1_000);
    scene.create(story.init);
    Scene.receive(scene.streams, story.stream, story.events.get("a"), Scene.PEER, Scene.in(30));
    extensions.set(false);

    // One after the other, and one whose predecessor comes later.
    for (String name : List.of("b", "t", "c")) {
      Scene.receive(scene.streams, story.stream, story.events.get(name), Scene.PEER, Scene.in(30));
    }

    StreamException missing =
        catchThrowableOfType(StreamException.class, () -> scene.load(story.stream));
    assertThat(missing.reason()).isEqualTo(StreamException.Reason.UNAVAILABLE);
    assertThat(missing.details()).containsEntry("missing", "stream-type:" + Notes.CODE);
    assertThat(scene.store.contains(story.cid("c"))).isTrue();

    extensions.set(true);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!scene.load(story.stream).tip().equals(story.cid("t")) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "a", "b", "c");
    assertThat(scene.load(story.stream).tip()).isEqualTo(story.cid("t"));
  }

  @Test
  void shouldKeepANewStreamOfAMissingType() throws Exception {
    Scene.Story story = new Scene.Story().note("a", "I");
    extensions.set(false);
    Scene.receive(scene.streams, story.stream, story.init, Scene.PEER, Scene.in(30));
    Scene.receive(scene.streams, story.stream, story.events.get("a"), Scene.PEER, Scene.in(30));
    extensions.set(true);
    assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "a");
  }

  /** The type of the tests, there or not. */
  public static final class Switch implements ExtensionRegistry {
    private final StreamType type = new Notes(1);
    private final List<ChangeListener> listeners = new ArrayList<>();
    private boolean there = true;

    public synchronized void set(boolean present) {
      there = present;
      listeners.forEach(listener -> listener.changed(Integer.toString(Notes.CODE), present));
    }

    @Override
    public synchronized <T> Lease<T> acquire(Class<T> spi, String key, Deadline deadline)
        throws ExtensionMissingException {
      Object service;
      if (spi == AnchorProofValidator.class && key.equals(Scene.CHAIN)) {
        service = Scene.VALIDATOR;
      } else if (spi == StreamType.class && there && key.equals(Integer.toString(Notes.CODE))) {
        service = type;
      } else {
        throw new ExtensionMissingException(spi.getSimpleName(), key);
      }
      return Lease.of(spi.cast(service));
    }

    @Override
    public synchronized Set<String> keys(Class<?> spi) {
      return spi == StreamType.class && there ? Set.of(Integer.toString(Notes.CODE)) : Set.of();
    }

    @Override
    public synchronized AutoCloseable onChange(Class<?> spi, ChangeListener listener) {
      if (spi == StreamType.class) {
        listeners.add(listener);
      }
      return () -> {};
    }
  }
}
