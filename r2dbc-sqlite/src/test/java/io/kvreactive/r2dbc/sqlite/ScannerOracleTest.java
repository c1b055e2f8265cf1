// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.r2dbc.sqlite.SqlScript.Piece;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The scanner of SQL text against SQLite itself, called through the JDBC layer of sqlite-jdbc, of which the driver uses nothing. Two questions
 * that SQLite answers there: how many parameters a statement has ({@code sqlite3_bind_parameter_count}), and what a whole script does when SQLite
 * cuts it ({@code sqlite3_exec}), compared with what it does when the scanner's pieces are run one by one. Every generated statement leaves a
 * trace of its own, so that a statement lost, joined or torn shows.
 */
class ScannerOracleTest {

    private static final int SCRIPTS = 10_000;
    private static final long SEED = 20261122;

    private final Random random = new Random(SEED);
    private int statement;

    @Test
    void parametersAreCountedAsSqliteCountsThem() throws SQLException {
        try (Connection sqlite = fresh()) {
            int parameters = 0;
            for (int i = 0; i < SCRIPTS; i++) {
                String sql = "select " + expressions(true);
                List<Piece> pieces = SqlScript.parse(sql + gap(true)).pieces();

                assertThat(pieces).as(sql).hasSize(1);
                int counted = SqlScript.parse(sql).parameterCount();
                try (PreparedStatement prepared = sqlite.prepareStatement(sql)) {
                    assertThat(counted)
                            .as(sql)
                            .isEqualTo(prepared.getParameterMetaData().getParameterCount());
                    assertThat(pieces.get(0).parameters()).as(sql).hasSize(counted);
                }
                parameters += counted;
            }
            assertThat(parameters).isGreaterThan(SCRIPTS);
        }
    }

    @Test
    void scriptsAreCutAsSqliteCutsThem() throws SQLException {
        int statements = 0;
        try (Connection whole = fresh();
                Connection cut = fresh()) {
            for (int i = 0; i < SCRIPTS; i++) {
                String script = script();
                try (Statement jdbc = whole.createStatement()) {
                    jdbc.executeUpdate(script);
                }
                List<Piece> pieces = SqlScript.parse(script).pieces();
                for (Piece piece : pieces) {
                    run(cut, piece, script);
                }
                assertThat(traces(cut)).as(script).isEqualTo(traces(whole));
                statements += pieces.size();
            }
            assertThat(statements).isEqualTo(statement);
        }
    }

    private static Connection fresh() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        try (Statement tables = connection.createStatement()) {
            tables.execute("create table trace(n, v)");
            tables.execute("create table [a;b](x)");
        }
        return connection;
    }

    private static void run(Connection connection, Piece piece, String script) {
        // SQLite ignores whatever follows the first statement; what a piece has too much is missing from the traces.
        try (PreparedStatement prepared = connection.prepareStatement(piece.sql())) {
            assertThat(prepared.getParameterMetaData().getParameterCount())
                    .as(script)
                    .isEqualTo(piece.parameters().size());
            prepared.execute();
        } catch (SQLException e) {
            throw new AssertionError("piece <" + piece.sql() + "> of <" + script + ">", e);
        }
    }

    /** What the statements left, which is cleared for the next script. */
    private static List<String> traces(Connection connection) throws SQLException {
        List<String> traces = new ArrayList<>();
        try (Statement jdbc = connection.createStatement()) {
            ResultSet rows = jdbc.executeQuery("select n || ':' || quote(v) from trace order by rowid");
            while (rows.next()) {
                traces.add(rows.getString(1));
            }
            rows.close();
            ResultSet triggers = jdbc.executeQuery("select name from sqlite_schema where type = 'trigger'");
            List<String> drops = new ArrayList<>();
            while (triggers.next()) {
                traces.add(triggers.getString(1));
                drops.add("drop trigger \"" + triggers.getString(1) + '"');
            }
            triggers.close();
            jdbc.executeUpdate("delete from trace");
            for (String drop : drops) {
                jdbc.executeUpdate(drop);
            }
        }
        return traces;
    }

    // Texts

    private String script() {
        StringBuilder script = new StringBuilder();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            script.append(gap(false));
            if (random.nextInt(4) == 0) {
                script.append(';');
            }
            script.append(gap(false)).append(one()).append(gap(false));
            if (i < count - 1 || random.nextBoolean()) {
                script.append(';');
            }
        }
        return script.append(gap(true)).toString();
    }

    /** One statement that leaves a trace of its own. */
    private String one() {
        int n = statement++;
        String expression = expressions(false);
        return switch (random.nextInt(8)) {
            case 0 -> trigger(n);
            case 1 -> "insert" + space() + "into trace select " + n + ", " + expression + " returning n";
            case 2 ->
                "with x(y) as (select " + expression + ")" + space() + "insert into trace select " + n + ", y from x";
            case 3 -> "replace into [trace] values (" + n + "," + gap(false) + expression + ")";
            case 4 ->
                "insert into \"trace\" values (" + n + ", (select " + expression + " where 1));"
                        + "update trace set v = " + mark(expression) + " where n = " + n;
            default -> "INSERT INTO `trace` VALUES (" + n + ", " + expression + ")";
        };
    }

    /** Counts the second statement of a pair. */
    private String mark(String text) {
        statement++;
        return text;
    }

    private String trigger(int n) {
        StringBuilder body = new StringBuilder();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            body.append(gap(false))
                    .append(
                            random.nextBoolean()
                                    ? "insert into trace select " + n + ", case when 1 then " + literal()
                                            + " else 0 end"
                                    : "update trace set v = case v when " + literal() + " then 1 end where n = -1")
                    .append(gap(false))
                    .append(';');
        }
        String explain = random.nextInt(10) == 0 ? "explain" + space() : "";
        return explain + "create" + space() + (random.nextBoolean() ? "temp" + space() : "") + "trigger" + space()
                + (random.nextBoolean() ? "if not exists " : "") + name(n) + " after insert on "
                + "[a;b]" + space() + (random.nextBoolean() ? "when new.x > " + literal() + ' ' : "") + "begin "
                + body + space() + "end";
    }

    private String name(int n) {
        return switch (random.nextInt(4)) {
            case 0 -> "\"t;" + n + "\"";
            case 1 -> "[begin;" + n + "]";
            case 2 -> "`end;" + n + "`";
            default -> "trigger_" + n;
        };
    }

    private String expressions(boolean parameters) {
        StringBuilder list = new StringBuilder();
        int count = parameters ? 1 + random.nextInt(4) : 1;
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                list.append(gap(false)).append(',').append(gap(false));
            }
            list.append(expression(parameters, 2));
        }
        return list.toString();
    }

    private String expression(boolean parameters, int depth) {
        int kind = random.nextInt(depth > 0 ? 9 : 4);
        if (kind < 4) {
            return parameters && random.nextInt(3) > 0 ? parameter() : literal();
        }
        String left = expression(parameters, depth - 1);
        String right = expression(parameters, depth - 1);
        return switch (kind) {
            case 4 -> "(" + left + gap(false) + operator() + gap(false) + right + ")";
            case 5 -> "case when " + left + " then " + right + " else" + space() + "null end";
            case 6 -> "coalesce(" + left + "," + right + ")";
            case 7 -> "(select " + left + " as \"end;\")";
            default -> "cast(" + left + " as text)" + gap(false);
        };
    }

    private String operator() {
        String[] operators = {
            "+", "- ", "*", "/ ", "||", "<", ">=", "==", "!=", "<>", "<<", " and ", " or ", " is ", "%"
        };
        return operators[random.nextInt(operators.length)];
    }

    private String literal() {
        String[] literals = {
            "1",
            "2.5e+3",
            "0x1F",
            ".5",
            "1_000",
            "'text'",
            "'it''s; ?1'",
            "''",
            "'--'",
            "'/*'",
            "x'3b'",
            "X''",
            "null",
            "'\u00e9\uD83D\uDE00;'",
            "'\"'",
            "'$a:b@c'",
            "current_date",
            "true",
            "'\n;\r'",
            "- 1",
            "+2",
            "not 0",
            "1e5"
        };
        return literals[random.nextInt(literals.length)];
    }

    private String parameter() {
        String name = "abcde".substring(random.nextInt(5), 5) + (random.nextInt(3) == 0 ? "_$\u00e9" : "");
        return switch (random.nextInt(8)) {
            case 0, 1 -> "?";
            case 2 -> "?" + (1 + random.nextInt(12));
            case 3 -> ":" + name;
            case 4 -> "@" + name;
            case 5 -> "$" + name;
            case 6 -> "$" + name + "::" + name + "(;x'\")";
            default -> ":" + random.nextInt(20);
        };
    }

    /** What may stand between two tokens, or nothing. */
    private String gap(boolean atTheEnd) {
        return switch (random.nextInt(atTheEnd ? 9 : 12)) {
            case 0 -> " ";
            case 1 -> "\n\t\r\f";
            case 2 -> "-- ; ' \" ? :a [ \n";
            case 3 -> "/* ; ' \" ? */";
            case 4 -> "/**/";
            case 5 -> "/* ** / * ; */";
            case 6 -> atTheEnd ? "-- the end ; '" : " --\n";
            case 7 -> atTheEnd ? "/* without an end ; '" : "/*/;*/";
            default -> "";
        };
    }

    private String space() {
        String gap = gap(false);
        return gap.isEmpty() ? " " : gap;
    }
}
