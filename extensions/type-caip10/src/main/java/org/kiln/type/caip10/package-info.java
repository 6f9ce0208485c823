/** The CAIP-10 Link stream type: a blockchain account that says which DID it belongs to. */
package org.kiln.type.caip10;
