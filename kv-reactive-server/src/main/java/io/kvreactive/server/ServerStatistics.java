// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

/**
 * What a server has open now, and what it has done so far. Exact.
 *
 * @param connections connections that are open
 * @param requests requests that are under way, watches included
 * @param watches watches that are open
 * @param databases databases that are open
 * @param answerBytes bytes of answers that clients have not taken yet
 * @param requestsServed requests that are over
 */
public record ServerStatistics(
        int connections, int requests, int watches, int databases, long answerBytes, long requestsServed) {}
