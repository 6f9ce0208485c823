/**
 * SQL over Arrow Flight: the tables of the node for clients of ceramic-one's Flight SQL service.
 */
package org.kiln.flight.sql;
