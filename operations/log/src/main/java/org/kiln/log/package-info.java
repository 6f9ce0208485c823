/** The bridge from the OSGi LogService to SLF4J. */
package org.kiln.log;
