// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.remote.RemoteOptions;

/** A bean that changes how databases on servers are used, after the properties below {@code kv-reactive.remote} have been applied. */
@FunctionalInterface
public interface RemoteOptionsCustomizer {

    /**
     * Changes options.
     *
     * @param options the options so far
     * @param database the name of the database, which is that of its bean
     */
    void customize(RemoteOptions.Builder options, String database);
}
