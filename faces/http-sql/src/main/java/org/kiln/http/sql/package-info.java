/** SQL over HTTP. */
package org.kiln.http.sql;
