/**
 * Access: credentials and sessions, checks against foreign pages, limits on guessing, and the audit
 * log.
 */
package org.kiln.access;
