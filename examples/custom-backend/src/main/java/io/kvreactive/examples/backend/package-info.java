// SPDX-License-Identifier: Apache-2.0
/** A backend of one's own: {@code treemap:}, a sorted map on a thread of its own. {@code docs/custom-backend.md} explains it. */
@NullMarked
package io.kvreactive.examples.backend;

import org.jspecify.annotations.NullMarked;
