// SPDX-License-Identifier: Apache-2.0
/** Reads and writes V8's structured-clone format. */
@NullMarked
package io.kvreactive.v8;

import org.jspecify.annotations.NullMarked;
