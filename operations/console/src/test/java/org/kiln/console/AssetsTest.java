package org.kiln.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.api.plugin.Deadline;

class AssetsTest {
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:/console/assets/|'\\./|url\\()([a-z0-9-]+(?:\\.min)?\\.(?:js|css|svg|woff2))");

  private final List<Route> routes = new Assets().routes();

  private record Call(String file, Optional<String> tag) implements HttpCall {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String path() {
      return "/console/assets/" + file;
    }

    @Override
    public String variable(String name) {
      return file;
    }

    @Override
    public Optional<String> query(String name) {
      return Optional.empty();
    }

    @Override
    public Map<String, String> queries() {
      return Map.of();
    }

    @Override
    public Optional<String> header(String name) {
      return name.equals("If-None-Match") ? tag : Optional.empty();
    }

    @Override
    public byte[] body() {
      return new byte[0];
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1";
    }

    @Override
    public Deadline deadline() {
      return Deadline.NONE;
    }
  }

  private HttpReply.Body get(String pattern, String file, Optional<String> tag) throws HttpProblem {
    Route route = routes.stream().filter(r -> r.pattern().equals(pattern)).findFirst().get();
    return (HttpReply.Body) route.handle(new Call(file, tag));
  }

  private HttpReply.Body asset(String file) throws HttpProblem {
    return get("/console/assets/{file}", file, Optional.empty());
  }

  @Test
  void shouldServeThePageUnderAPolicyThatAllowsNothingInlineAndNothingForeign() throws HttpProblem {
    HttpReply.Body page = get("/console", "", Optional.empty());
    String policy = page.headers().get("Content-Security-Policy");
    assertThat(policy)
        .contains("default-src 'none'", "script-src 'self';", "style-src 'self';")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe", "*", "http");
    String text = new String(page.parts().get(0), UTF_8);
    assertThat(text)
        .as("what the policy would refuse")
        .doesNotContain("<style", "style=", "onclick", "//")
        .doesNotContainPattern("<script(?![^>]*src=)");
    assertThat(routes).allMatch(route -> route.access() == Access.PUBLIC);
  }

  @Test
  void shouldHaveEveryFileThatThePageLeadsTo() throws HttpProblem {
    Deque<String> todo = new ArrayDeque<>(List.of("index.html"));
    Set<String> seen = new HashSet<>(todo);
    while (!todo.isEmpty()) {
      String file = todo.pop();
      HttpReply.Body body = asset(file);
      assertThat(body.status()).as(file).isEqualTo(200);
      if (file.endsWith(".woff2") || file.contains(".min.")) {
        continue;
      }
      Matcher references = REFERENCE.matcher(new String(body.parts().get(0), UTF_8));
      while (references.find()) {
        if (seen.add(references.group(1))) {
          todo.add(references.group(1));
        }
      }
    }
    assertThat(seen)
        .contains("app.js", "app.css", "page-stream.js", "inter-5-3-0.woff2")
        .contains("uplot-1-6-32.min.js");
  }

  @Test
  void shouldShowThatThereIsNoSuchPage() throws HttpProblem {
    HttpReply.Body page = get("/console/{page}", "nonsense", Optional.empty());
    assertThat(page.status()).isEqualTo(404);
    assertThat(page.contentType()).startsWith("text/html");
    assertThat(page.headers()).containsKey("Content-Security-Policy");
    assertThat(page.parts().get(0)).isEqualTo(asset("index.html").parts().get(0));
  }

  @Test
  void shouldSpareWhatTheBrowserHas() throws HttpProblem {
    String tag = asset("app.js").headers().get("ETag");
    HttpReply.Body again = get("/console/assets/{file}", "app.js", Optional.of(tag));
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.parts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../Console.class", "..", "nothing.js", "", "Assets.class", "app.js/", "a/b.js"})
  void rejectsOtherNames(String name) {
    assertThatThrownBy(() -> asset(name))
        .isInstanceOfSatisfying(
            HttpProblem.class, problem -> assertThat(problem.status()).isEqualTo(404));
  }
}
