/** Publishes the method as a service. */
package org.kiln.did.threeid.internal;
