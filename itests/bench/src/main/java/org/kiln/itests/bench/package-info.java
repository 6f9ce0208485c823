/**
 * Benchmarks of the node's parts, each by itself. {@code run-jmh.sh} runs them; {@code
 * load/run-load.sh} measures the whole node over HTTP.
 */
package org.kiln.itests.bench;
