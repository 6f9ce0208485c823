/** The HTTP API of ceramic-one: /ceramic. */
package org.kiln.http.one;
