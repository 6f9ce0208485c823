package org.kiln.plugins;

/**
 * Who wants what.
 *
 * @param verb install, upgrade, rollback, start, stop or uninstall
 * @param who the name of the caller's credential
 */
record Operation(String verb, String who) {}
