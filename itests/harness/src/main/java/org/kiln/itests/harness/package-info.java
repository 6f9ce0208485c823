/**
 * The assembled node as a process: started on a free port and a directory of its own, killed,
 * stopped, and asked over HTTP; and an author who signs events for it.
 */
package org.kiln.itests.harness;
