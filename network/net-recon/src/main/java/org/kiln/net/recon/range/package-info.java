/** Keys, sets of keys, and the one rule by which two of them are compared. */
package org.kiln.net.recon.range;
