/**
 * What the launcher and the node's bundles say to each other. It is loaded once, with the launcher,
 * and exported by the system bundle, so that both sides mean the same classes: no system
 * properties, and no services under types of the JDK.
 *
 * <p>{@link org.kiln.launch.Launcher} is what the launcher offers to bundles; {@link
 * org.kiln.launch.StoreTasks}, {@link org.kiln.launch.RebuildTask}, {@link
 * org.kiln.launch.IndexTask} and {@link org.kiln.launch.ImportTask} are what bundles do for a
 * command of the operator. Nothing else of the launcher is seen by a bundle.
 */
@Export
@Version("1.1.0")
package org.kiln.launch;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
