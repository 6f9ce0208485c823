/**
 * A store in memory: persistent balanced trees, so that a snapshot is a reference and a batch
 * becomes visible by one assignment. For tests and demonstrations; nothing survives the process.
 */
package org.kiln.store.memory;
