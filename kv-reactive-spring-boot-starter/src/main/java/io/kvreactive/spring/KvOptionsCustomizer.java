// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.KvOptions;

/** A bean that changes the options of databases, after the properties and everything else have been applied. */
@FunctionalInterface
public interface KvOptionsCustomizer {

    /**
     * Changes options.
     *
     * @param options the options so far
     * @param database the name of the database, which is that of its bean
     */
    void customize(KvOptions.Builder options, String database);
}
