// SPDX-License-Identifier: Apache-2.0
/**
 * Whole processes side by side: the same work on identical data, done by kv-reactive and by what one would use instead. Each peer is a program of
 * its own that takes the work on its command line and prints one line of JSON; {@link io.kvreactive.benchmarks.suite.Suite} runs them in turns and
 * prints medians and ratios.
 */
@NullMarked
package io.kvreactive.benchmarks.suite;

import org.jspecify.annotations.NullMarked;
