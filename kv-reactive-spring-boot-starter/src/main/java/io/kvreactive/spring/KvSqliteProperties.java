// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.sqlite.SqliteOptions;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How SQLite files are used.
 *
 * @param access what may be done with the file
 * @param synchronous how far a commit must have reached when it is acknowledged
 * @param newerFormat what to do with a file that a newer Deno has migrated to a format unknown to this version
 * @param readers how many connections serve reads, each with a thread of its own
 * @param lockWaitTimeout how long an operation waits for a lock that another process holds
 * @param cacheSize the page cache of each connection
 * @param backlogSize how much may wait to be written; what comes beyond it is refused
 * @param pollInterval how often a file that is watched is looked at for commits of other processes
 */
@ConfigurationProperties("kv-reactive.sqlite")
record KvSqliteProperties(
        @DefaultValue("create") SqliteOptions.Access access,
        @DefaultValue("full") SqliteOptions.Synchronous synchronous,
        @DefaultValue("refuse") SqliteOptions.NewerFormat newerFormat,
        @DefaultValue("2") int readers,
        @DefaultValue("5s") Duration lockWaitTimeout,
        @DefaultValue("16MB") DataSize cacheSize,
        @DefaultValue("64MB") DataSize backlogSize,
        @DefaultValue("50ms") Duration pollInterval) {

    SqliteOptions.Builder toOptions() {
        return SqliteOptions.builder()
                .access(access)
                .synchronous(synchronous)
                .newerFormat(newerFormat)
                .readers(readers)
                .lockWaitTimeout(lockWaitTimeout)
                .cacheBytes(cacheSize.toBytes())
                .backlogBytes(backlogSize.toBytes())
                .pollInterval(pollInterval);
    }
}
