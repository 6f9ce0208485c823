/** Publishes the method and the suites as services. */
package org.kiln.did.key.internal;
