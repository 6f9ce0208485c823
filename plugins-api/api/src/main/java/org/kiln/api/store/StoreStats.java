package org.kiln.api.store;

/**
 * What a store holds and costs.
 *
 * @param diskBytes bytes on disk, 0 when it has none
 * @param entries entries in all tables, −1 when counting is not cheap
 */
public record StoreStats(long diskBytes, long entries) {}
