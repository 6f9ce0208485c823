/** The Model Instance Document stream type: documents that follow a Model. */
package org.kiln.type.instance;
