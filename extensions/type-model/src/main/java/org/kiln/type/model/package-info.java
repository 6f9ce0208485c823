/** The Model stream type: definitions of the documents of an application. */
package org.kiln.type.model;
