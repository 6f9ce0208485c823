/**
 * The store that needs no server: Xodus, a log-structured, transactional store in the node's own
 * process. Each table is a Xodus store; a batch is one exclusive transaction.
 *
 * <p>Run the JVM with {@code --add-exports java.base/sun.nio.ch=ALL-UNNAMED}: without it an
 * interrupt during a sync closes the store's file.
 */
package org.kiln.store.xodus;
