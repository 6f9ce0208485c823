/** Publishes the suites as services, if the library loads. */
package org.kiln.crypto.accp.internal;
