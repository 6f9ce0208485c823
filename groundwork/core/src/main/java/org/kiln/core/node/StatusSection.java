package org.kiln.core.node;

import org.kiln.api.ipld.Ipld;

/**
 * A part of the node's status as {@code /api/v0/admin/status} shows it. Register it as a service;
 * it is asked at every call and must come back quickly.
 */
public interface StatusSection {
  /** Name of the member, for example {@code ipfs}, {@code anchor} or {@code composeDB}. */
  String name();

  /** Its value as it is now. */
  Ipld value();
}
