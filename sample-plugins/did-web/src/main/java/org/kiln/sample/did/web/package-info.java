/**
 * The DID method {@code web}: a DID names a host, and the host serves the document over HTTPS.
 *
 * <p>The document is whatever the host serves when it is asked: there is no history, and a key that
 * is taken out of it takes back every signature it ever made, on every node that asks afterwards.
 * Good for services that sign today what is read today; for accounts that must hold for years, a
 * method with versions is better.
 *
 * @see <a href="https://w3c-ccg.github.io/did-method-web/">did:web</a>
 */
package org.kiln.sample.did.web;
