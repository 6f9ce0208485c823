/**
 * {@code kiln inspect}: reads what the network names, stores and sends, and tells what is in it.
 */
package org.kiln.inspect;
