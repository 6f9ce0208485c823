/** A plugin that writes: its own account, its own stream, and the list of all like it. */
package org.kiln.sample.guestbook;
