/**
 * Ed25519 and P-256 by the Amazon Corretto Crypto Provider, a native library for Linux on x86-64.
 * Where it does not load, nothing is offered and the pure Java suites stay in use. Verdicts are the
 * same.
 */
package org.kiln.crypto.accp;
