package org.kiln.imports.internal;

import java.nio.file.Path;
import java.sql.Driver;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.Interests;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamStats;
import org.kiln.imports.Imports;
import org.kiln.launch.ImportTask;
import org.kiln.launch.Progress;
import org.kiln.launch.TaskFailedException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes the imports; nothing is made before the launcher asks for them. */
@Component(service = ImportTask.class)
public final class ImportsComponent implements ImportTask {
  private final Imports imports;

  /** Into the node of this framework. */
  @Activate
  public ImportsComponent(
      @Reference StreamArrivals arrivals,
      @Reference StreamStats stats,
      @Reference EventLog log,
      @Reference Interests interests,
      @Reference NodeInfo node,
      @Reference(target = "(osgi.jdbc.driver.class=org.sqlite.JDBC)") Driver sqlite) {
    imports = new Imports(arrivals, stats, log, interests, node.network(), sqlite);
  }

  @Override
  public void check(Path store) throws TaskFailedException {
    imports.check(store);
  }

  @Override
  public Report importOne(Path store, Progress progress) throws TaskFailedException {
    return imports.importOne(store, progress);
  }
}
