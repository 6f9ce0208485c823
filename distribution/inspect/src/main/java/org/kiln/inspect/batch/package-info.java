/**
 * Golden vectors answered one a line: what this node makes of the inputs that a library was given.
 */
package org.kiln.inspect.batch;
