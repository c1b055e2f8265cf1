// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.remote.HttpOptions;

/** The contract over HTTP/2 without TLS against Deno's own engine. */
class ReferenceHttp2ContractIT extends ReferenceContractIT {

    @Override
    HttpOptions.Version version() {
        return HttpOptions.Version.HTTP_2;
    }
}
