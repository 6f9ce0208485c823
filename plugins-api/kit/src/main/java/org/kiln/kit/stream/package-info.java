/**
 * What stream types share: JSON Patch as the network applies it, its limits, the rule of one
 * controller.
 */
package org.kiln.kit.stream;
