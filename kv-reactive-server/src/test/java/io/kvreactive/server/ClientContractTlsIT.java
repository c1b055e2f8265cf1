// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.remote.HttpOptions;
import io.kvreactive.testsupport.TestCertificate;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS, which agrees on HTTP/2. */
class ClientContractTlsIT extends ClientContract {

    @TempDir
    static Path folder;

    private TestCertificate certificate;

    @Override
    ServerOptionsBuilder server(ServerOptionsBuilder builder) {
        certificate = TestCertificate.ofLocalhost(folder);
        return builder.host("localhost").tls(certificate.serving());
    }

    @Override
    HttpOptions client() {
        return HttpOptions.builder()
                .version(HttpOptions.Version.HTTP_2)
                .sslContext(certificate.trusted())
                .build();
    }

    /** Each Kv makes connections of its own, and handshakes are dear. */
    @Override
    protected int transfers() {
        return 100;
    }
}
