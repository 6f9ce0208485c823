package org.kiln.http.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.access.AccessControl;
import org.kiln.core.access.AuditLog;
import org.kiln.core.access.Caller;
import org.kiln.core.lending.OptionalService;
import org.kiln.http.BearerAccess;
import org.kiln.testkit.FakeHttpCall;

/** Who is let in, and what is written down, while the rooms that do it are replaced. */
@Timeout(120)
class ServiceAccessTest {
  private final OptionalService<AccessControl> control = new OptionalService<>();
  private final OptionalService<AuditLog> audit = new OptionalService<>();
  private final ServiceAccess access =
      new ServiceAccess(control, audit, new BearerAccess(List.of(), List.of()));

  private static AccessControl admitting(String name) {
    return (wanted, call) -> new Caller(name, wanted);
  }

  private String admit() throws HttpProblem {
    return access.admit(HttpRoute.Access.OPERATOR, FakeHttpCall.of("POST", "/admin/x"));
  }

  private static <T> FutureTask<T> waiting(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = Thread.ofPlatform().daemon().start(task);
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(task.isDone()).isFalse();
      Thread.onSpinWait();
    }
    return task;
  }

  @Test
  void rejectsAtOnceByConfiguredTokensWhereThereIsNoAccessControl() {
    assertThatThrownBy(this::admit).isInstanceOf(HttpProblem.class);
  }

  @Test
  void shouldAskTheSuccessorOfAnAccessControlThatIsReplaced() throws Exception {
    AccessControl old = admitting("old");
    control.bind(old);
    assertThat(admit()).isEqualTo("old");
    control.unbind(old);
    FutureTask<String> admitted = waiting(this::admit);
    control.bind(admitting("new"));
    assertThat(admitted.get(60, TimeUnit.SECONDS)).isEqualTo("new");
  }

  @Test
  void shouldWriteAChangeDownThatIsMadeWhileTheAuditLogIsReplaced() throws Exception {
    AuditLog old = (who, from, action, outcome, detail) -> {};
    audit.bind(old);
    audit.unbind(old);
    FutureTask<Void> answered =
        waiting(
            () -> {
              access.answered(FakeHttpCall.of("POST", "/admin/x"), 202);
              return null;
            });
    List<String> written = new ArrayList<>();
    audit.bind((who, from, action, outcome, detail) -> written.add(action + " " + outcome));
    answered.get(60, TimeUnit.SECONDS);
    assertThat(written).containsExactly("POST /admin/x 202");
  }
}
