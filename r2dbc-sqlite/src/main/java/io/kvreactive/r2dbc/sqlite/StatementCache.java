// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compiled statements of one connection by their text, the least recently used dropped first. A statement is taken out while it is in use, so
 * the same text twice at once is compiled twice. Worker only.
 */
final class StatementCache {

    private final NativeSession session;
    private final Counters counters;
    private final int capacity;
    private final LinkedHashMap<String, CachedStatement> idle = new LinkedHashMap<>();
    private int generation;

    StatementCache(NativeSession session, Counters counters, int capacity) {
        this.session = session;
        this.counters = counters;
        this.capacity = capacity;
    }

    CachedStatement take(String sql) {
        CachedStatement statement = idle.remove(sql);
        if (statement == null) {
            statement = new CachedStatement(sql, session.prepare(sql), generation);
            Counters.increment(counters.prepared);
        } else {
            Counters.increment(counters.cacheHits);
        }
        Counters.increment(counters.openStatements);
        return statement;
    }

    /** Takes back a statement that has been reset, or finalised by an error. */
    void giveBack(CachedStatement statement) {
        Counters.decrement(counters.openStatements);
        NativeStatement compiled = statement.compiled();
        if (compiled.isFinalised()) {
            return;
        }
        if (capacity == 0 || statement.generation() != generation) {
            compiled.finalise();
            return;
        }
        CachedStatement twin = idle.put(statement.sql(), statement);
        if (twin != null) {
            twin.compiled().finalise();
        } else if (idle.size() > capacity) {
            Iterator<Map.Entry<String, CachedStatement>> oldest =
                    idle.entrySet().iterator();
            CachedStatement dropped = oldest.next().getValue();
            oldest.remove();
            dropped.compiled().finalise();
        }
    }

    /** Forgets all statements, those in use too: the schema has changed. */
    void clear() {
        generation++;
        for (CachedStatement statement : idle.values()) {
            statement.compiled().finalise();
        }
        idle.clear();
    }
}
