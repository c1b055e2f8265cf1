// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.KvOptions;

/** One thing that the starter sets in the options of every database, where the class path and the application have what it takes. */
@FunctionalInterface
interface OptionsStep {

    void apply(KvOptions.Builder options, String database, KvConnectionDetails details);
}
