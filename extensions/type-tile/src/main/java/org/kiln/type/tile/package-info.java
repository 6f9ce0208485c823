/** The Tile Document stream type: any JSON content, one controller who may hand over. */
package org.kiln.type.tile;
