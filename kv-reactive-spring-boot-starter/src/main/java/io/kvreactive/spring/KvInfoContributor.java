// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** The names of the databases and the version of the library; not where the databases are. */
final class KvInfoContributor implements InfoContributor {

    private final Set<String> databases;

    KvInfoContributor(Set<String> databases) {
        this.databases = new TreeSet<>(databases);
    }

    @Override
    public void contribute(Info.Builder builder) {
        String version = KvInfoContributor.class.getPackage().getImplementationVersion();
        builder.withDetail(
                "kv",
                version == null ? Map.of("databases", databases) : Map.of("databases", databases, "version", version));
    }
}
