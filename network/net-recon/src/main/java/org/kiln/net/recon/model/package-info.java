/** The space of events: the keys are the log's, the values one event each. */
package org.kiln.net.recon.model;
