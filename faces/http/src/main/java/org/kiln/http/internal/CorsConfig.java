package org.kiln.http.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Which pages of other origins may read answers. */
@ObjectClassDefinition(pid = CorsConfig.PID, name = "Kiln cross-origin rules")
@interface CorsConfig {
  /** The configuration's name. */
  String PID = "kiln.http.cors";

  @AttributeDefinition(
      description = "Regular expressions, one of which must be found in the origin.")
  String[] allowedOrigins() default {".*"};
}
