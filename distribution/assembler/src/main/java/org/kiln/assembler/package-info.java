/** Build step: turns a feature file and a folder of jars into a node's directory. */
package org.kiln.assembler;
