package org.kiln.launcher;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the framework's bundles in line with the lock list: installs what is new, updates what has
 * another hash than last time, removes what is gone. Bundles from elsewhere (an operator's plugins)
 * stay as they are. What was installed is remembered in a file, because a framework does not keep
 * hashes.
 */
final class Reconciler {
  private static final String OURS = "node:";

  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private final Path bundles;
  private final Path remembered;
  private final BundleCopies copies;

  /**
   * Over what lies where.
   *
   * @param bundles the node's bundles
   * @param remembered the file with what was installed
   * @param storage the framework's directory
   */
  Reconciler(Path bundles, Path remembered, Path storage) {
    this.bundles = bundles;
    this.remembered = remembered;
    this.copies = new BundleCopies(storage);
  }

  /** The system bundle's context is that of a framework that is initialised and not started. */
  void reconcile(BundleContext system, LockList wanted) throws IOException, BundleException {
    Map<String, String> installedHashes = installedHashes();
    Set<String> names = new HashSet<>();
    wanted.entries().forEach(entry -> names.add(entry.location()));
    boolean changed = false;
    for (Bundle bundle : system.getBundles()) {
      if (bundle.getLocation().startsWith(OURS) && !names.contains(bundle.getLocation())) {
        changed = forget(changed);
        bundle.uninstall();
      }
    }
    for (LockList.Entry entry : wanted.entries()) {
      Bundle bundle = system.getBundle(entry.location());
      boolean same =
          entry.sha256().equals(installedHashes.get(entry.location()))
              && (bundle == null || copies.isCopy(bundle, bundles.resolve(entry.file())));
      if (bundle == null || !same) {
        changed = forget(changed);
        bundle = place(system, bundle, entry);
      }
      bundle.adapt(BundleStartLevel.class).setStartLevel(entry.startLevel());
      if (bundle.getHeaders("").get("Fragment-Host") == null) {
        bundle.start(Bundle.START_ACTIVATION_POLICY);
      }
    }
    if (changed) {
      Path next = remembered.resolveSibling(remembered.getFileName() + ".new");
      Files.writeString(next, wanted.text());
      Files.move(next, remembered, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * What the file says, by location. On the first start, after one that was cut short, and when the
   * file is damaged nothing is known, and every bundle counts as changed.
   */
  private Map<String, String> installedHashes() throws IOException {
    Map<String, String> hashes = new HashMap<>();
    try {
      LockList.read(remembered)
          .entries()
          .forEach(entry -> hashes.put(entry.location(), entry.sha256()));
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      LOG.warn("{} is damaged and is made anew", remembered);
      Directories.delete(remembered);
      return Map.of();
    }
    return hashes;
  }

  private Bundle place(BundleContext system, Bundle present, LockList.Entry entry)
      throws IOException, BundleException {
    try (InputStream jar =
        new BufferedInputStream(Files.newInputStream(bundles.resolve(entry.file())))) {
      if (present == null) {
        return system.installBundle(entry.location(), jar);
      }
      present.update(jar);
      return present;
    }
  }

  /**
   * Before the first change the memory is wiped, so that a start cut short is made good by the
   * next.
   */
  private boolean forget(boolean already) throws IOException {
    if (!already) {
      Files.deleteIfExists(remembered);
    }
    return true;
  }
}
