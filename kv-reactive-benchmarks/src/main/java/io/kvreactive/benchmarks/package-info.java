// SPDX-License-Identifier: Apache-2.0
/**
 * What the driver for SQLite costs, as ratios to plain JDBC on the same library in the same run. {@link io.kvreactive.benchmarks.DriverRatios} runs
 * the benchmarks and prints the ratios.
 */
@NullMarked
package io.kvreactive.benchmarks;

import org.jspecify.annotations.NullMarked;
