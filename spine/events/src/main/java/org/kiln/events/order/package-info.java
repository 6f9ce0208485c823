/**
 * The events in Recon's order, and the hash of any range of them.
 *
 * <pre>
 * order        EventId → sequence (8)
 * sums         level (1) ‖ bound → children ‖ keys ‖ width ‖ eight words of that width
 *                every range of keys from one bound to the next of its level, see SumTable
 * </pre>
 */
package org.kiln.events.order;
