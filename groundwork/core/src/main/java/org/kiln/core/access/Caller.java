package org.kiln.core.access;

import org.kiln.api.http.HttpRoute;

/**
 * Who calls.
 *
 * @param name of the credential
 * @param role VIEWER or OPERATOR
 */
public record Caller(String name, HttpRoute.Access role) {}
