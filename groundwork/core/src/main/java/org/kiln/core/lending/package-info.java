/**
 * Services that come and go while they are used. A {@link Lender} lends the best of those that
 * claim a key; a key is in one of four states:
 *
 * <ul>
 *   <li><b>lent</b>: somebody is there; borrowing takes no lock;
 *   <li><b>draining</b>: the last one leaves and its leases are waited for; who asks waits for a
 *       successor, as long as he is willing to: the drain has a bound of its own;
 *   <li><b>parked</b>: it has left; who asks waits for a successor until a time that was set when
 *       it left, or as long as he is willing to, if that is less;
 *   <li><b>closed</b>: nobody was ever there, or no successor came in time; who asks gets nothing
 *       at once.
 * </ul>
 *
 * <p>What holds at any time: a lease is a lease, nobody uses a service after {@link Claim#withdraw}
 * said that none is out; while one that can take its place is there, or its successor comes in
 * time, nobody gets nothing; and an owner whose leases are all back is woken at once.
 */
@Export
@Version("1.0.0")
package org.kiln.core.lending;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
