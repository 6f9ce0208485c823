/**
 * Strict codecs of IPLD: DAG-CBOR, DAG-JSON, and JSON as JavaScript reads and writes it. Stands on
 * Jackson, which is packed with it.
 */
package org.kiln.kit.ipld;
