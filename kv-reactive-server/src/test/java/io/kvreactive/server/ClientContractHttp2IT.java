// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.remote.HttpOptions;

/** Over HTTP/2 without TLS. */
class ClientContractHttp2IT extends ClientContract {

    @Override
    ServerOptionsBuilder server(ServerOptionsBuilder builder) {
        return builder;
    }

    @Override
    HttpOptions client() {
        return HttpOptions.builder().version(HttpOptions.Version.HTTP_2).build();
    }
}
