/** Races that jcstress explores. */
package org.kiln.itests.races;
