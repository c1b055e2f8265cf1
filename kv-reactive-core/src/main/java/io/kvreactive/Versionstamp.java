// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The version of an entry: ten bytes, strictly greater with every commit, shown as twenty lower-case hexadecimal digits
 * ({@code docs/spec/keys-and-values.md}, section 3). Gaps between versions are normal.
 *
 * <p>Immutable and thread-safe; the natural order is the order of commits.
 */
public final class Versionstamp implements Comparable<Versionstamp> {

    /** The length of a versionstamp in bytes. */
    public static final int BYTES = 10;

    private final long version;
    private final short user;

    private Versionstamp(long version, short user) {
        this.version = version;
        this.user = user;
    }

    /**
     * The versionstamp of a commit version: its eight big-endian bytes and two zero bytes, as Deno's SQLite files have it.
     *
     * @param version the version counter; all 64 bits count, as an unsigned number
     * @return the versionstamp
     */
    public static Versionstamp ofVersion(long version) {
        return new Versionstamp(version, (short) 0);
    }

    /**
     * The versionstamp with these bytes.
     *
     * @param bytes ten bytes
     * @return the versionstamp
     * @throws IllegalArgumentException if there are not ten
     */
    public static Versionstamp of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a versionstamp has " + BYTES + " bytes, not " + bytes.length);
        }
        long version = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            version = (version << 8) | (bytes[i] & 0xFF);
        }
        return new Versionstamp(version, (short) (((bytes[8] & 0xFF) << 8) | (bytes[9] & 0xFF)));
    }

    /**
     * The versionstamp that this text shows.
     *
     * @param text twenty hexadecimal digits of either case
     * @return the versionstamp
     * @throws IllegalArgumentException if it is anything else
     */
    public static Versionstamp parse(String text) {
        if (text.length() != 2 * BYTES) {
            throw new IllegalArgumentException(
                    "a versionstamp has " + 2 * BYTES + " hexadecimal digits, not " + text.length());
        }
        return of(HexFormat.of().parseHex(text));
    }

    /**
     * The first eight bytes: in a SQLite file, the version counter.
     *
     * @return all 64 bits, an unsigned number
     */
    public long version() {
        return version;
    }

    /**
     * The ten bytes.
     *
     * @return a fresh array
     */
    public byte[] toByteArray() {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[i] = (byte) (version >> (56 - 8 * i));
        }
        bytes[8] = (byte) (user >> 8);
        bytes[9] = (byte) user;
        return bytes;
    }

    /**
     * The order of commits.
     *
     * @param other another versionstamp
     * @return negative, zero or positive
     */
    @Override
    public int compareTo(Versionstamp other) {
        int byVersion = Long.compareUnsigned(version, other.version);
        return byVersion != 0 ? byVersion : Short.compareUnsigned(user, other.user);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Versionstamp stamp && version == stamp.version && user == stamp.user;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(version) * 31 + user;
    }

    /** Twenty lower-case hexadecimal digits, as Deno shows it. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(version) + hex.toHexDigits(user);
    }
}
