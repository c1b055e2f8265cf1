// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite.spring;

import java.util.Collection;
import org.springframework.data.r2dbc.dialect.R2dbcDialect;
import org.springframework.data.relational.core.dialect.AbstractDialect;
import org.springframework.data.relational.core.dialect.LimitClause;
import org.springframework.data.relational.core.dialect.LockClause;
import org.springframework.data.relational.core.sql.IdentifierProcessing;
import org.springframework.data.relational.core.sql.LockOptions;
import org.springframework.data.relational.core.sql.SqlIdentifier;
import org.springframework.data.relational.core.sql.render.UpsertRenderContext;
import org.springframework.r2dbc.core.binding.BindMarkersFactory;

/** SQLite's SQL, as far as Spring Data has to write it. */
final class SqliteDialect extends AbstractDialect implements R2dbcDialect {

    static final SqliteDialect INSTANCE = new SqliteDialect();

    /** Names keep their case: SQLite finds them whatever it is, and answers them as they were asked for. */
    private static final IdentifierProcessing NAMES =
            IdentifierProcessing.create(IdentifierProcessing.Quoting.ANSI, IdentifierProcessing.LetterCasing.AS_IS);

    private SqliteDialect() {}

    @Override
    public String getName() {
        return "SQLite";
    }

    @Override
    public BindMarkersFactory getBindMarkersFactory() {
        return SqliteBindMarkersProvider.MARKERS;
    }

    @Override
    public IdentifierProcessing getIdentifierProcessing() {
        return NAMES;
    }

    /** Bare, because the driver quotes it. */
    @Override
    public String renderForGeneratedValues(SqlIdentifier identifier) {
        return identifier.getReference();
    }

    @Override
    public Collection<Object> getConverters() {
        return SqliteConverters.ALL;
    }

    @Override
    public LimitClause limit() {
        return Limit.INSTANCE;
    }

    @Override
    public LockClause lock() {
        return NoLock.INSTANCE;
    }

    /** SQLite has no MERGE, which is what Spring Data would write. */
    @Override
    public UpsertRenderContext getUpsertRenderContext() {
        return () -> false;
    }

    private enum Limit implements LimitClause {
        INSTANCE;

        @Override
        public String getLimit(long limit) {
            return "LIMIT " + limit;
        }

        /** An offset alone is not in SQLite's grammar; a limit of -1 is none. */
        @Override
        public String getOffset(long offset) {
            return "LIMIT -1 OFFSET " + offset;
        }

        @Override
        public String getLimitOffset(long limit, long offset) {
            return "LIMIT " + limit + " OFFSET " + offset;
        }

        @Override
        public LimitClause.Position getClausePosition() {
            return LimitClause.Position.AFTER_ORDER_BY;
        }
    }

    /** SQLite locks the whole database, and there is no SELECT FOR UPDATE. */
    private enum NoLock implements LockClause {
        INSTANCE;

        @Override
        public String getLock(LockOptions lockOptions) {
            return "";
        }

        @Override
        public LockClause.Position getClausePosition() {
            return LockClause.Position.AFTER_ORDER_BY;
        }
    }
}
