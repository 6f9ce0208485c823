/**
 * States for who asks, out of memory, the store or a derivation ({@link Reader}), with what the
 * anchor service says of them, and the sentences with which that is refused ({@link Refusals}).
 * Knows {@code derive}, {@code state} and {@code waiting}.
 */
package org.kiln.streams.read;
