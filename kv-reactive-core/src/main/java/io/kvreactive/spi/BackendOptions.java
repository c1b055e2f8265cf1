// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

/** What a backend's own options implement, to be given to {@code KvOptions.Builder.with}. Immutable. */
public interface BackendOptions {}
