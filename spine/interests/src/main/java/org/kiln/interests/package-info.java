/** Which events of other nodes this node wants to have. */
package org.kiln.interests;
