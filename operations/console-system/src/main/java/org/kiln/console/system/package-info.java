/** The door of the engineers' console, Apache Felix's Web Console. */
package org.kiln.console.system;
