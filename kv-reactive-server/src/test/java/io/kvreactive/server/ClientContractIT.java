// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.remote.HttpOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** Over HTTP/1.1, with a SQLite file for each test. */
class ClientContractIT extends ClientContract {

    @TempDir
    static Path folder;

    @Override
    ServerOptionsBuilder server(ServerOptionsBuilder builder) {
        return builder.databaseFolder(folder)
                .limits(ServerLimits.builder()
                        .databases(100_000)
                        // Each has threads of its own.
                        .databaseIdleTime(Duration.ofSeconds(2))
                        .build());
    }

    @Override
    HttpOptions client() {
        return HttpOptions.builder().version(HttpOptions.Version.HTTP_1_1).build();
    }
}
