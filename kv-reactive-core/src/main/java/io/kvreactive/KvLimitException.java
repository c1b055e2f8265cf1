// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

/**
 * A request is larger than the database takes ({@code docs/spec/keys-and-values.md}, section 4). Nothing was sent.
 */
public final class KvLimitException extends KvException {

    private final String what;
    private final long limit;
    private final long given;

    /**
     * For whoever holds a request against limits.
     *
     * @param operation what was tried, and on what
     * @param what what is too large, and in which unit
     * @param limit the most that is taken
     * @param given what was asked for
     * @param advice what to do
     */
    public KvLimitException(String operation, String what, long limit, long given, String advice) {
        super(operation + ": " + what + " is " + given + ", the limit is " + limit + "; " + advice, null);
        this.what = what;
        this.limit = limit;
        this.given = given;
    }

    /**
     * What is too large.
     *
     * @return a short text, such as {@code size of the value in bytes}
     */
    public String what() {
        return what;
    }

    /**
     * The most that the database takes.
     *
     * @return a number in the unit that {@link #what()} names
     */
    public long limit() {
        return limit;
    }

    /**
     * What was asked for.
     *
     * @return a number in the unit that {@link #what()} names
     */
    public long given() {
        return given;
    }
}
