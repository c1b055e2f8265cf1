// SPDX-License-Identifier: Apache-2.0
/** What the tests of our own modules share. Nothing here is published. */
@NullMarked
package io.kvreactive.testsupport;

import org.jspecify.annotations.NullMarked;
