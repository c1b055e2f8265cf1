// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.regex.Pattern;

/**
 * A regular expression: source text and flag bits as stored. The pattern is not compiled, so a bad one shows only in {@link #toPattern()}.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.9"
 */
public final class V8RegExp implements V8Value {

    /** The letter of each flag bit, lowest first; bit 6 belongs to the engine. */
    private static final String LETTERS = "gimyus dv";

    private static final String LETTERS_IN_ORDER = "dgimsuvy";
    private static final int ENGINE_PRIVATE = 1 << 6;
    private static final int IGNORE_CASE = 1 << 1;
    private static final int MULTILINE = 1 << 2;
    private static final int UNICODE = 1 << 4;
    private static final int DOT_ALL = 1 << 5;
    private static final int UNICODE_SETS = 1 << 8;

    private final V8String source;
    private final int flagBits;

    private V8RegExp(V8String source, int flagBits) {
        this.source = source;
        this.flagBits = flagBits;
    }

    /**
     * A regular expression.
     *
     * @param source the pattern as {@code RegExp.prototype.source} gives it, {@code (?:)} if empty
     * @param flags letters among {@code dgimsuvy}, {@code u} and {@code v} not both
     * @return the regular expression
     */
    public static V8RegExp of(String source, String flags) {
        int bits = 0;
        for (int i = 0; i < flags.length(); i++) {
            int bit = flags.charAt(i) == ' ' ? -1 : LETTERS.indexOf(flags.charAt(i));
            if (bit < 0 || (bits & 1 << bit) != 0) {
                throw new IllegalArgumentException("flags: each of dgimsuvy at most once");
            }
            bits |= 1 << bit;
        }
        return of(V8String.of(source), bits);
    }

    /**
     * A regular expression, keeping how its source is stored.
     *
     * @param source the pattern as {@code RegExp.prototype.source} gives it
     * @param flagBits 1 g, 2 i, 4 m, 8 y, 16 u, 32 s, 128 d, 256 v
     * @return the regular expression
     */
    public static V8RegExp of(V8String source, int flagBits) {
        if (!areFlags(flagBits)) {
            throw new IllegalArgumentException("flagBits: not the flags of a regular expression");
        }
        return new V8RegExp(source, flagBits);
    }

    /**
     * The pattern in JavaScript's syntax.
     *
     * @return the text
     */
    public String source() {
        return source.text();
    }

    /**
     * The flags as letters, in alphabetical order.
     *
     * @return the flags
     */
    public String flags() {
        StringBuilder flags = new StringBuilder();
        LETTERS_IN_ORDER
                .chars()
                .filter(c -> (flagBits & 1 << LETTERS.indexOf(c)) != 0)
                .forEach(c -> flags.append((char) c));
        return flags.toString();
    }

    /**
     * The flags as stored.
     *
     * @return the bits
     */
    public int flagBits() {
        return flagBits;
    }

    /**
     * The Java pattern of the same syntax and flags {@code i}, {@code m}, {@code s}, {@code u}. The two languages are close, not the same.
     *
     * @return a new pattern
     * @throws IllegalStateException for the flags {@code g}, {@code y} and {@code d}, which say how to search rather than what, and {@code v}
     * @throws java.util.regex.PatternSyntaxException if the syntax is not Java's
     */
    public Pattern toPattern() {
        if ((flagBits & ~(IGNORE_CASE | MULTILINE | UNICODE | DOT_ALL)) != 0) {
            throw new IllegalStateException("java.util.regex has no counterpart of the flags " + flags());
        }
        int flags = ((flagBits & IGNORE_CASE) != 0 ? Pattern.CASE_INSENSITIVE : 0)
                | ((flagBits & MULTILINE) != 0 ? Pattern.MULTILINE : 0)
                | ((flagBits & DOT_ALL) != 0 ? Pattern.DOTALL : 0)
                | ((flagBits & (UNICODE | IGNORE_CASE)) == (UNICODE | IGNORE_CASE) ? Pattern.UNICODE_CASE : 0);
        return Pattern.compile(source.text(), flags);
    }

    V8String sourceString() {
        return source;
    }

    static boolean areFlags(int bits) {
        return bits >>> 9 == 0
                && (bits & ENGINE_PRIVATE) == 0
                && (bits & (UNICODE | UNICODE_SETS)) != (UNICODE | UNICODE_SETS);
    }

    @Override
    public String toString() {
        return "V8RegExp(" + source + ", flags " + flags() + ")";
    }
}
