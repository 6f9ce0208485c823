/** Publishes the plugin routes and starts the plugins. */
package org.kiln.plugins.internal;
