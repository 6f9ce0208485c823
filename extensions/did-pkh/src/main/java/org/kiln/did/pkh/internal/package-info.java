/** Publishes the method and the capability signatures as services. */
package org.kiln.did.pkh.internal;
