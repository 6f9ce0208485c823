package org.kiln.http.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Who may call routes that are not for everyone. */
@ObjectClassDefinition(pid = AccessConfig.PID, name = "Kiln HTTP credentials")
@interface AccessConfig {
  /** The configuration's name. */
  String PID = "kiln.http.access";

  @AttributeDefinition(description = "Hex SHA-256 of the viewers' bearer tokens.")
  String[] viewerTokenSha256() default {};

  @AttributeDefinition(description = "Hex SHA-256 of the operators' bearer tokens.")
  String[] operatorTokenSha256() default {};
}
