package org.kiln.tables;

import java.time.Duration;

/**
 * What one who asks may take.
 *
 * @param queryTime of the engine for one answer
 * @param waitTime for the tables to hold what was written before the question
 * @param queries at the same time; feeds count only while they read
 * @param feeds that are open at the same time
 * @param fileBytes of an answer that is written into a file
 */
record Limits(Duration queryTime, Duration waitTime, int queries, int feeds, long fileBytes) {}
