// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * URLs and options that look right and mean something else, as far as they can be told apart. Each is refused with the right spelling, because
 * the alternative is a new, empty database in an unexpected place, or a setting that silently has no effect.
 */
final class UrlTraps {

    /** Spellings of SQLite itself, of its JDBC driver and of other drivers, and what they are here. */
    private static final Map<String, String> OTHER_SPELLINGS = new LinkedHashMap<>();

    static {
        OTHER_SPELLINGS.put("journal_mode", "journalMode");
        OTHER_SPELLINGS.put("journalmode", "journalMode");
        OTHER_SPELLINGS.put("foreign_keys", "foreignKeys");
        OTHER_SPELLINGS.put("foreignkeys", "foreignKeys");
        OTHER_SPELLINGS.put("cache_size", "cacheSize, in bytes");
        OTHER_SPELLINGS.put("mmap_size", "mmapSize");
        OTHER_SPELLINGS.put("busy_timeout", "lockWaitTimeout, an ISO-8601 duration such as PT5S");
        OTHER_SPELLINGS.put("busyTimeout", "lockWaitTimeout, an ISO-8601 duration such as PT5S");
        OTHER_SPELLINGS.put("timeout", "lockWaitTimeout or statementTimeout, an ISO-8601 duration such as PT5S");
        OTHER_SPELLINGS.put("transaction_mode", "transactionMode");
        OTHER_SPELLINGS.put("open_mode", "mode, one of ro, rw, rwc");
        OTHER_SPELLINGS.put("readonly", "mode=ro");
        OTHER_SPELLINGS.put("readOnly", "mode=ro");
        OTHER_SPELLINGS.put("shared_cache", "cache=shared");
        OTHER_SPELLINGS.put("immutable", "mode=ro");
    }

    private UrlTraps() {}

    /** Refuses options that a SQLite database cannot have, or that are spelt otherwise here. */
    static void refuseOptions(ConnectionFactoryOptions options) {
        Object host = options.getValue(ConnectionFactoryOptions.HOST);
        if (host != null && !host.toString().isEmpty()) {
            throw host(options, host.toString());
        }
        if (options.hasOption(ConnectionFactoryOptions.PORT)) {
            throw refusal("a SQLite database has no port");
        }
        if (options.hasOption(ConnectionFactoryOptions.USER) || options.hasOption(ConnectionFactoryOptions.PASSWORD)) {
            throw refusal("SQLite has no users and no passwords; who may open the file is a matter of its permissions");
        }
        Object ssl = options.getValue(ConnectionFactoryOptions.SSL);
        if (ssl != null && !"false".equals(ssl.toString())) {
            throw refusal("SQLite uses no network: write r2dbc:sqlite:, not r2dbcs:sqlite:, and no option ssl");
        }
        OTHER_SPELLINGS.forEach((wrong, right) -> {
            if (options.hasOption(Option.valueOf(wrong))) {
                throw refusal("there is no option " + wrong + "; it is " + right);
            }
        });
    }

    private static IllegalArgumentException host(ConnectionFactoryOptions options, String host) {
        Object database = options.getValue(ConnectionFactoryOptions.DATABASE);
        String rest = database == null ? "" : database.toString();
        if ("memory".equals(options.getValue(ConnectionFactoryOptions.PROTOCOL))) {
            return refusal("a SQLite URL has no host, but this names " + host
                    + "; for the database in memory of that name write r2dbc:sqlite:memory:///" + host);
        }
        String path = rest.isEmpty() ? host : host + "/" + rest;
        return refusal("a SQLite URL has no host, but this names " + host + "; for the relative path " + path
                + " write r2dbc:sqlite:///" + path + ", for the absolute one r2dbc:sqlite:////" + path);
    }

    /** Refuses what is given as the path of a file and was hardly meant as one. */
    static void refusePath(String name) {
        if (name.equals("~") || name.startsWith("~/")) {
            throw refusal(
                    "~ is not expanded; write the absolute path, which takes four slashes: r2dbc:sqlite:////home/...");
        }
        for (String scheme : new String[] {"file:", "jdbc:", "r2dbc:", "sqlite:"}) {
            if (name.startsWith(scheme)) {
                throw refusal("the path begins with " + scheme + "; write it bare: r2dbc:sqlite:///app.db is relative, "
                        + "r2dbc:sqlite:////data/app.db absolute, and options follow the question mark");
            }
        }
        if (name.equals("memory") || name.equals("memory:") || name.equals(":memory") || name.startsWith(":memory:")) {
            throw refusal(
                    "for a database in memory write r2dbc:sqlite:memory:///, with a name behind it when it is to be "
                            + "shared; for a file called " + name + " write r2dbc:sqlite:///./" + name);
        }
        if (name.endsWith("/")) {
            throw refusal("the path " + name + " names a folder, not a file");
        }
    }

    /** Refuses combinations that would be a private database where a shared one was meant, or the other way round. */
    static void refuseMemory(String name, @Nullable CacheMode cache, @Nullable Object mode) {
        if (mode != null && !mode.equals("memory")) {
            throw refusal("mode=" + mode + " is for files; a database in memory takes none");
        }
        if (name.isEmpty() && cache == CacheMode.SHARED) {
            throw refusal("to be shared a database in memory needs a name: r2dbc:sqlite:memory:///name");
        }
        if (!name.isEmpty() && cache == CacheMode.PRIVATE) {
            throw refusal("a database in memory that has a name is shared; a private one is r2dbc:sqlite:memory:///");
        }
    }

    private static IllegalArgumentException refusal(String reason) {
        return new IllegalArgumentException(reason);
    }
}
