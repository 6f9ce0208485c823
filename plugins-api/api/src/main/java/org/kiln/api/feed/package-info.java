/**
 * What has happened on this node, in an order that outlives restarts: events as they become
 * deliverable, and changes of streams.
 */
@Export
@Version("0.9.0")
package org.kiln.api.feed;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
