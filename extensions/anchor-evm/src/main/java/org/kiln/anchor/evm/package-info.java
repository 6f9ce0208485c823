/**
 * Chains that speak Ethereum's JSON-RPC: writes roots by calling the anchor contract, and checks
 * proofs that anybody has made there. Checking needs no key.
 */
package org.kiln.anchor.evm;
