// SPDX-License-Identifier: Apache-2.0
/**
 * For tests. {@link io.kvreactive.test.KvExtension} gives a test of an application a fresh database, a
 * {@link io.kvreactive.test.MutableClock} and {@link io.kvreactive.test.Faults} on demand; {@link io.kvreactive.test.KvContract} is the suite
 * that every backend must pass, ours and yours.
 */
@NullMarked
package io.kvreactive.test;

import org.jspecify.annotations.NullMarked;
