// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * SQL text, cut into statements, with the parameters in it. SQLite would tell neither: it compiles the first statement of a text and ignores
 * the rest, and its parameter names are not within reach.
 *
 * <p>Parameters are numbered through the whole text as SQLite numbers those of one statement: a plain {@code ?} is one more than the highest
 * so far, {@code ?N} is N, and each name has one number.
 */
final class SqlScript {

    /** Parsed texts kept for reuse; when there are more, some are forgotten. */
    private static final int MAX_CACHED = 1024;

    private static final Map<String, SqlScript> CACHE = new ConcurrentHashMap<>();

    private final List<Piece> pieces;
    private final Map<String, Integer> numbers;
    private final BitSet used;

    private SqlScript(List<Piece> pieces, Map<String, Integer> numbers, BitSet used) {
        this.pieces = List.copyOf(pieces);
        this.numbers = Map.copyOf(numbers);
        this.used = used;
    }

    /** What a statement does, as far as the driver has to know. */
    enum Kind {
        /** Reads: its rows may be stepped on demand. */
        QUERY,
        /** INSERT, UPDATE, DELETE, REPLACE. */
        DML,
        /** Changes the schema, so that compiled statements may be stale. */
        DDL,
        BEGIN,
        COMMIT,
        ROLLBACK,
        SAVEPOINT,
        RELEASE,
        OTHER
    }

    /**
     * One statement of a script.
     *
     * @param sql its text
     * @param kind what it does
     * @param returning whether it ends in a RETURNING clause
     * @param parameters for each of its own parameters the number in the script, 0 for a gap in the numbering
     */
    record Piece(String sql, Kind kind, boolean returning, List<Integer> parameters) {

        /** The values of this piece's own parameters, picked from those of the script. */
        @Nullable
        Object[] pick(@Nullable Object[] values) {
            @Nullable Object[] picked = new Object[parameters.size()];
            for (int i = 0; i < picked.length; i++) {
                int number = parameters.get(i);
                picked[i] = number == 0 ? null : values[number - 1];
            }
            return picked;
        }

        /** The same statement answering the named columns of the rows it changes, or all of them. */
        Piece answering(List<String> columns) {
            if (kind != Kind.DML || returning) {
                return this;
            }
            String list = columns.isEmpty() ? "*" : String.join(", ", columns);
            // On a new line, because the text may end in a comment.
            return new Piece(sql + "\nRETURNING " + list, kind, true, parameters);
        }
    }

    static SqlScript parse(String sql) {
        SqlScript known = CACHE.get(sql);
        if (known != null) {
            return known;
        }
        SqlScript parsed = new Parser(sql).parse();
        if (CACHE.size() >= MAX_CACHED) {
            Iterator<String> some = CACHE.keySet().iterator();
            for (int i = 0; i < MAX_CACHED / 8 && some.hasNext(); i++) {
                some.next();
                some.remove();
            }
        }
        CACHE.put(sql, parsed);
        return parsed;
    }

    List<Piece> pieces() {
        return pieces;
    }

    /** The highest parameter number. */
    int parameterCount() {
        return used.length();
    }

    /** Whether the parameter with this zero-based index occurs; a numbering with {@code ?N} may have gaps. */
    boolean isUsed(int index) {
        return used.get(index);
    }

    /** The zero-based index of a name, given with its prefix or without; -1 when there is none. */
    int indexOf(String name) {
        Integer number = numbers.get(name);
        for (int i = 0; number == null && i < PREFIXES.length(); i++) {
            number = numbers.get(PREFIXES.charAt(i) + name);
        }
        return number == null ? -1 : number - 1;
    }

    private static final String PREFIXES = ":$@?";

    /** One pass over the text, by SQLite's own rules for tokens. */
    private static final class Parser {

        /** SQLite's own limit; a higher number could only fail. */
        private static final int MAX_PARAMETER = 32766;

        /** As long as TRANSACTION; longer words are no keywords that matter here. */
        private static final int MAX_KEYWORD = 11;

        private final String sql;
        private final List<Piece> pieces = new ArrayList<>();
        private final Map<String, Integer> numbers = new HashMap<>();
        private final BitSet used = new BitSet();
        private int highest;

        // Of the statement that is being read.
        private int start = -1;
        private int end;
        private final List<Integer> local = new ArrayList<>();
        private final Map<String, Integer> localNumbers = new HashMap<>();
        private final List<String> words = new ArrayList<>();
        private @Nullable Kind kind;
        private boolean explained;
        private boolean with;
        private boolean returning;
        private int parentheses;
        private boolean trigger;
        private boolean afterSemicolon;
        private boolean ending;

        Parser(String sql) {
            this.sql = sql;
        }

        SqlScript parse() {
            int at = 0;
            while (at < sql.length()) {
                at = token(at);
            }
            finishPiece();
            return new SqlScript(pieces, numbers, used);
        }

        /** Reads the token at this place and answers where the next one begins. */
        private int token(int at) {
            char c = sql.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r') {
                return at + 1;
            }
            if (c == '-' && next(at) == '-') {
                int newline = sql.indexOf('\n', at);
                return newline < 0 ? sql.length() : newline + 1;
            }
            if (c == '/' && next(at) == '*') {
                int close = sql.indexOf("*/", at + 2);
                return close < 0 ? sql.length() : close + 2;
            }
            if (c == ';') {
                semicolon();
                return at + 1;
            }
            if (start < 0) {
                start = at;
            }
            int after = significant(c, at);
            end = after;
            return after;
        }

        private int significant(char c, int at) {
            int after = switch (c) {
                case '\'', '"', '`' -> quoted(at, c);
                case '[' -> {
                    int close = sql.indexOf(']', at);
                    yield close < 0 ? sql.length() : close + 1;
                }
                case '?' -> numbered(at);
                case ':', '@', '$' -> named(at);
                default -> isWord(c) ? word(at) : at + 1;
            };
            if (c == '(') {
                parentheses++;
            } else if (c == ')') {
                parentheses--;
            }
            if (!isWord(c)) {
                afterSemicolon = false;
                ending = false;
            }
            return after;
        }

        private int quoted(int at, char quote) {
            int close = sql.indexOf(quote, at + 1);
            while (close >= 0 && next(close) == quote) {
                close = sql.indexOf(quote, close + 2);
            }
            return close < 0 ? sql.length() : close + 1;
        }

        private int numbered(int at) {
            int after = at + 1;
            while (after < sql.length() && sql.charAt(after) >= '0' && sql.charAt(after) <= '9') {
                after++;
            }
            if (after == at + 1) {
                parameter(highest + 1, local.size() + 1);
                return after;
            }
            String digits = sql.substring(at + 1, after);
            int number = digits.length() > 5 ? MAX_PARAMETER + 1 : Integer.parseInt(digits);
            if (number < 1 || number > MAX_PARAMETER) {
                throw new IllegalArgumentException("parameter ?" + digits + " is not between ?1 and ?" + MAX_PARAMETER);
            }
            numbers.put("?" + number, number);
            parameter(number, number);
            return after;
        }

        private int named(int at) {
            int after = at + 1;
            int length = 0;
            while (after < sql.length()) {
                char c = sql.charAt(after);
                if (isWord(c)) {
                    length++;
                    after++;
                } else if (c == '(' && length > 0) {
                    int close = sql.indexOf(')', after);
                    after = close < 0 ? sql.length() : close + 1;
                    break;
                } else if (c == ':' && next(after) == ':') {
                    after += 2;
                } else {
                    break;
                }
            }
            if (length > 0) {
                String name = sql.substring(at, after);
                int number = numbers.computeIfAbsent(name, n -> highest + 1);
                parameter(number, localNumbers.computeIfAbsent(name, n -> local.size() + 1));
            }
            return after;
        }

        private void parameter(int number, int localNumber) {
            highest = Math.max(highest, number);
            used.set(number - 1);
            while (local.size() < localNumber) {
                local.add(0);
            }
            local.set(localNumber - 1, number);
        }

        private int word(int at) {
            int after = at + 1;
            while (after < sql.length() && isWord(sql.charAt(after))) {
                after++;
            }
            // Only the outermost words of a statement tell what it is, and only the first few where they begin it.
            boolean matters = parentheses == 0 && (kind == null || kind == Kind.DML || trigger);
            if (matters && after - at <= MAX_KEYWORD) {
                keyword(sql.substring(at, after).toUpperCase(Locale.ROOT));
            } else {
                afterSemicolon = false;
                ending = false;
                if (kind == null && !with) {
                    kind = Kind.OTHER;
                }
            }
            return after;
        }

        private void keyword(String word) {
            ending = trigger && afterSemicolon && word.equals("END");
            afterSemicolon = false;
            if (kind == null) {
                first(word);
            } else if (kind == Kind.DML && word.equals("RETURNING")) {
                returning = true;
            }
        }

        private void first(String word) {
            words.add(word);
            if (with) {
                kind = switch (word) {
                    case "SELECT", "VALUES" -> Kind.QUERY;
                    case "INSERT", "UPDATE", "DELETE", "REPLACE" -> Kind.DML;
                    default -> null;
                };
                return;
            }
            boolean create = words.get(0).equals("CREATE");
            if (create && words.size() > 1) {
                if (!word.equals("TEMP") && !word.equals("TEMPORARY")) {
                    trigger = word.equals("TRIGGER");
                    kind = Kind.DDL;
                }
                return;
            }
            switch (word) {
                case "WITH" -> with = true;
                // More has to be read: which thing is created, which kind of rollback.
                case "CREATE" -> {}
                case "SELECT", "VALUES" -> kind = Kind.QUERY;
                case "EXPLAIN" -> {
                    // What is explained goes on to where it would end by itself, a trigger for instance.
                    explained = true;
                    words.clear();
                }
                case "QUERY", "PLAN" -> {
                    words.clear();
                    kind = explained ? null : Kind.OTHER;
                }
                case "INSERT", "UPDATE", "DELETE", "REPLACE" -> kind = Kind.DML;
                case "ALTER", "DROP", "ATTACH", "DETACH", "VACUUM", "REINDEX", "ANALYZE" -> kind = Kind.DDL;
                case "BEGIN" -> kind = Kind.BEGIN;
                case "COMMIT", "END" -> kind = Kind.COMMIT;
                case "ROLLBACK" -> {}
                case "SAVEPOINT" -> kind = Kind.SAVEPOINT;
                case "RELEASE" -> kind = Kind.RELEASE;
                default -> afterRollback(word);
            }
        }

        private void afterRollback(String word) {
            if (!words.get(0).equals("ROLLBACK")) {
                kind = Kind.OTHER;
            } else if (word.equals("TO")) {
                // Back to a savepoint: the transaction goes on.
                kind = Kind.OTHER;
            }
        }

        private void semicolon() {
            if (trigger && !ending) {
                afterSemicolon = true;
            } else {
                finishPiece();
            }
        }

        private void finishPiece() {
            if (start >= 0) {
                if (kind == null && !words.isEmpty() && words.get(0).equals("ROLLBACK")) {
                    kind = Kind.ROLLBACK;
                }
                Kind found = explained ? Kind.QUERY : kind == null ? Kind.OTHER : kind;
                pieces.add(new Piece(sql.substring(start, end), found, returning, List.copyOf(local)));
            }
            start = -1;
            local.clear();
            localNumbers.clear();
            words.clear();
            kind = null;
            explained = false;
            with = false;
            returning = false;
            parentheses = 0;
            trigger = false;
            afterSemicolon = false;
            ending = false;
        }

        private char next(int at) {
            return at + 1 < sql.length() ? sql.charAt(at + 1) : '\0';
        }

        private static boolean isWord(char c) {
            return c >= 0x80
                    || c == '_'
                    || c == '$'
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9');
        }
    }
}
