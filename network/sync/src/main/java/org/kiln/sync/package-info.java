/** Tips of streams, told and asked for among nodes, and the walk from a tip to what is here. */
package org.kiln.sync;
