package org.kiln.index.internal;

import org.kiln.api.feed.FeedException;
import org.kiln.api.index.IndexException;
import org.kiln.core.stream.StreamException;
import org.kiln.index.IndexRoom;
import org.kiln.launch.IndexTask;
import org.kiln.launch.Progress;
import org.kiln.launch.TaskFailedException;
import org.kiln.launch.TaskFailedException.Kind;

/** The rebuild as the launcher asks for it. */
final class RebuildIndex implements IndexTask {
  private final IndexRoom room;

  RebuildIndex(IndexRoom room) {
    this.room = room;
  }

  @Override
  public Report rebuildIndex(Progress progress) throws TaskFailedException {
    try {
      long documents = room.rebuild(progress::reached);
      return new Report(room.models().size(), documents, room.owing());
    } catch (IndexException e) {
      throw new TaskFailedException(kind(e), e.getMessage(), e);
    } catch (StreamException e) {
      boolean storage = e.reason() == StreamException.Reason.STORAGE;
      throw new TaskFailedException(storage ? Kind.STORAGE : Kind.OTHER, e.getMessage(), e);
    } catch (FeedException | IllegalStateException e) {
      throw new TaskFailedException(Kind.OTHER, e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskFailedException(Kind.OTHER, "It was interrupted", e);
    }
  }

  /** A database that does not answer, or is another node's, is no fault of a disk. */
  private static Kind kind(IndexException e) {
    return switch (e.kind()) {
      case UNWRITABLE, CORRUPT -> Kind.STORAGE;
      case UNAVAILABLE, REFUSED, OTHER_NETWORK, NEWER, CLOSED -> Kind.OTHER;
    };
  }
}
