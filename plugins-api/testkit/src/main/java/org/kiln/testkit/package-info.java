/** Contract tests to subclass, one for every plugin interface, and golden vectors. */
package org.kiln.testkit;
