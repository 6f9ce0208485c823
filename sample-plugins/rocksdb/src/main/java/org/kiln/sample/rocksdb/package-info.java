/**
 * A store on RocksDB, {@code store.backend=rocksdb}: a column family for each table, a write batch
 * for each write, a snapshot for each read.
 *
 * @see <a href="https://rocksdb.org/">RocksDB</a>
 */
package org.kiln.sample.rocksdb;
