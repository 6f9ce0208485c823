/**
 * The store that needs no server: Xodus, a log-structured, transactional store in the node's own
 * process. Each table is a Xodus store; a batch is one exclusive transaction. Xodus itself has no
 * checksums and cuts damaged files down to what it can read; here every page has a sum that is
 * checked when it comes from the disk, and the files are looked at before Xodus opens them.
 *
 * <p>Run the JVM with {@code --add-exports java.base/sun.nio.ch=ALL-UNNAMED}: without it an
 * interrupt during a sync closes the store's file.
 */
package org.kiln.store.xodus;
