/** How extensions come, are lent out, and go. */
package org.kiln.core.extension.internal;
