/** Publishes the verifier as a service. */
package org.kiln.did.internal;
