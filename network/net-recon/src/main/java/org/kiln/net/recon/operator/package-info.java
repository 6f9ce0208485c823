/** What operators see of Recon and change: {@code /admin/recon}. */
package org.kiln.net.recon.operator;
