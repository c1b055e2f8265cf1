// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.remote.HttpOptions;

/** Over HTTP/1.1. */
class ClientContractIT extends ClientContract {

    @Override
    ServerOptionsBuilder server(ServerOptionsBuilder builder) {
        return builder;
    }

    @Override
    HttpOptions client() {
        return HttpOptions.builder().version(HttpOptions.Version.HTTP_1_1).build();
    }
}
