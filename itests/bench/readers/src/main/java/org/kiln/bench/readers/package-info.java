/** Readers of the feed that do little and readers that do much, for the load scripts. */
package org.kiln.bench.readers;
