package org.kiln.launcher;

import java.io.File;
import java.io.IOException;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * What the platform remembers of the configurations of earlier starts. It is forgotten before each
 * start: the settings say everything anew, and Felix Configurator (1.0.18) does not replace initial
 * configurations it has installed once, so that a setting that was changed had no effect.
 */
final class StoredConfigurations {
  private static final Map<String, String> PLACES =
      Map.of(
          "org.apache.felix.configurator", "state.ser", "org.apache.felix.configadmin", "config");

  private StoredConfigurations() {}

  /** Removes the files; the framework must not have started yet. */
  static void forget(BundleContext framework) throws IOException {
    for (Bundle bundle : framework.getBundles()) {
      String place = PLACES.get(bundle.getSymbolicName());
      File file = place == null ? null : bundle.getDataFile(place);
      if (file != null && file.exists()) {
        Directories.delete(file.toPath());
      }
    }
  }
}
