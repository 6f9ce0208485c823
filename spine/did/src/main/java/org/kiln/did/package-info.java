/**
 * Who signed what, and who may write: JWS signatures of events, capabilities (CACAO, CAIP-74), and
 * the dispatch to the DID methods, algorithms and capability signatures that are installed.
 */
package org.kiln.did;
