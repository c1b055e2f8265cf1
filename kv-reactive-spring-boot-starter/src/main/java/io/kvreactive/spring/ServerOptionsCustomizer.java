// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.server.ServerOptionsBuilder;

/** Has the last word about the options of the embedded KV Connect server. Beans of this type are called in their order, once. */
@FunctionalInterface
public interface ServerOptionsCustomizer {

    /**
     * Changes options.
     *
     * @param options those of the embedded server, as the properties have it
     */
    void customize(ServerOptionsBuilder options);
}
