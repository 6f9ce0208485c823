package org.kiln.launch;

import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Who started the framework, as a service of the system bundle. It is there before any bundle
 * starts and as long as the framework runs, so bundles look it up and need not track it.
 *
 * <p>Methods may be called from any thread, and do not block.
 */
@ProviderType
public interface Launcher {
  /** The start level at which all of the node runs. */
  int NODE_LEVEL = 60;

  /** The start level at which stores and plugins run, and the HTTP face does not. */
  int OFFLINE_LEVEL = 40;

  /** The start level at which the index of documents runs as well. */
  int INDEX_LEVEL = 41;

  /** The start level at which everything runs that this start is to run. */
  int startLevel();

  /**
   * Says that the node must not run, since files of its data directory are damaged or cannot be
   * used. While it starts, the launcher then stops the framework, shows the first sentence it was
   * given, and ends with exit code 3; of a node that runs already it does so when that is stopped.
   * Call it before the failure is thrown or logged.
   *
   * @param sentence what is wrong and where, and what to do
   */
  void refuse(String sentence);

  /**
   * Hands over the first operator's password, which is kept nowhere: the launcher shows it once.
   *
   * @param password in clear
   */
  void firstPassword(String password);

  /**
   * The launcher of a bundle's framework. A framework that was started by somebody else, such as a
   * test container, has none: what it is told then is for nobody, and all of the node is to run.
   *
   * @param context of the bundle that asks
   */
  static Launcher of(BundleContext context) {
    ServiceReference<Launcher> reference = context.getServiceReference(Launcher.class);
    Launcher launcher = reference == null ? null : context.getService(reference);
    return launcher == null ? NoLauncher.INSTANCE : launcher;
  }
}
