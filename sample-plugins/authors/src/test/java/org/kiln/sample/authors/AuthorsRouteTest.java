package org.kiln.sample.authors;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;

class AuthorsRouteTest extends HttpRouteContract {
  @TempDir private Path directory;

  private Authors authors;

  @BeforeEach
  void open() throws Exception {
    authors =
        new Authors(
            new AuthorIndex(directory.resolve("authors.mv").toFile()),
            (ref, deadline) -> {
              throw new DependencyMissingException(
                  Dependency.stream(ref.stream()), "Nothing is here");
            });
  }

  @AfterEach
  void close() {
    authors.close();
  }

  @Override
  protected HttpRoute route() {
    return authors;
  }

  @Override
  protected FakeHttpCall call() {
    return FakeHttpCall.of("GET", "/authors/did:key:ann")
        .withVariable("did", "did:key:ann")
        .withQuery("limit", "10")
        .withQuery("after", "k2t6");
  }
}
