/** Component that publishes the sync service. */
package org.kiln.sync.internal;
