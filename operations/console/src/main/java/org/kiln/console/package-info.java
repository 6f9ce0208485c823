/** The operators' pages under {@code /console}, and the JSON and event stream they read. */
package org.kiln.console;
