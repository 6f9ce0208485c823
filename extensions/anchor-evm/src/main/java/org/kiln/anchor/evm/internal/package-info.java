/** How EVM chains attach to the platform. */
package org.kiln.anchor.evm.internal;
