// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import io.kvreactive.KvCursor;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvPage;
import io.kvreactive.KvSelector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import reactor.core.publisher.Mono;

/**
 * Lists the keys of databases and reads entries, for operators. Off unless {@code management.endpoint.kv.access} lets it read, and exposed only
 * where {@code management.endpoints.web.exposure.include} names it. Values are shown only if {@code management.endpoint.kv.show-values} says so.
 *
 * <p>A key is given as a JSON array of strings, numbers and booleans; {@code {"bigint":"7"}} and {@code {"bytes":"0a0b"}} are the parts that JSON
 * has not.
 */
@Endpoint(id = "kv", defaultAccess = Access.NONE)
final class KvEndpoint {

    private static final int DEFAULT_LIMIT = 100;
    private static final int LARGEST_LIMIT = 1_000;

    private final Map<String, Kv> databases;
    private final Show showValues;
    private final Set<String> roles;

    KvEndpoint(Map<String, Kv> databases, Show showValues, Set<String> roles) {
        this.databases = new TreeMap<>(databases);
        this.showValues = showValues;
        this.roles = Set.copyOf(roles);
    }

    /** Which databases there are. */
    @ReadOperation
    Databases databases() {
        return new Databases(List.copyOf(databases.keySet()));
    }

    /** A page of keys below a prefix; or, of one key, the entry. */
    @ReadOperation
    Mono<Object> read(
            SecurityContext user,
            @Selector String database,
            @Nullable String key,
            @Nullable String prefix,
            @Nullable Integer limit,
            @Nullable String after) {
        Kv kv = databases.get(database);
        if (kv == null) {
            return Mono.empty();
        }
        if (key != null) {
            return kv.get(KeyText.parse("key", key)).map(entry -> Entry.of(entry, showValues.isShown(user, roles)));
        }
        KvSelector selector = KvSelector.prefix(prefix == null ? KvKey.of() : KeyText.parse("prefix", prefix))
                .limit(checked(limit))
                .onDecodeError(KvSelector.OnDecodeError.KEEP)
                .after(after == null ? null : cursor(after));
        return kv.page(selector).map(Page::of);
    }

    private static int checked(@Nullable Integer limit) {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        if (limit < 1 || limit > LARGEST_LIMIT) {
            throw new InvalidEndpointRequestException("limit must be from 1 to " + LARGEST_LIMIT, "limit");
        }
        return limit;
    }

    private static @Nullable KvCursor cursor(String after) {
        try {
            return KvCursor.parse(after);
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException("after is no cursor; give the next of the page before", "after");
        }
    }

    /**
     * Which databases there are.
     *
     * @param databases the names of their beans
     */
    record Databases(List<String> databases) {}

    /**
     * Some keys.
     *
     * @param keys in order
     * @param next where the next page begins, to be given as {@code after}; null if there is none
     */
    record Page(List<Key> keys, @Nullable String next) {

        static Page of(KvPage<Object> page) {
            return new Page(
                    page.entries().stream().map(Key::of).toList(),
                    page.next() == null ? null : page.next().token());
        }
    }

    /**
     * One key and what is known of its value without showing it.
     *
     * @param key as the endpoint takes it; of one that cannot be read, its bytes
     * @param versionstamp the version of the entry
     * @param size of the value, in bytes
     * @param expiresAt when it expires, if it does and the backend tells
     */
    record Key(
            String key,
            String versionstamp,
            int size,
            @Nullable Instant expiresAt) {

        static Key of(KvEntry<?> entry) {
            return new Key(
                    KeyText.of(entry.rawKey()),
                    entry.versionstamp().toString(),
                    entry.rawValue().size(),
                    entry.expiresAt());
        }
    }

    /**
     * One entry.
     *
     * @param key what is known without showing the value
     * @param value the value as Java would print it, or asterisks
     */
    record Entry(Key key, String value) {

        static Entry of(KvEntry<Object> entry, boolean isShown) {
            return new Entry(Key.of(entry), isShown ? String.valueOf(entry.value()) : "******");
        }
    }
}
