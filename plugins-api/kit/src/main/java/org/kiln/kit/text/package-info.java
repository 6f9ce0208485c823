/** Values as text: for messages, and as JavaScript writes them. */
package org.kiln.kit.text;
