// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

/** The contract over HTTP/2 without TLS. */
class RemoteHttp2ContractIT extends RemoteContractIT {

    @Override
    HttpOptions http() {
        return HttpOptions.builder().version(HttpOptions.Version.HTTP_2).build();
    }
}
