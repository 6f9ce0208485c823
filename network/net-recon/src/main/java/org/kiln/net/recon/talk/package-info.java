/** A conversation of two nodes about one space, over one stream, in either role. */
package org.kiln.net.recon.talk;
