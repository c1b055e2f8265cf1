// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a named database may be called. Names become names of files, also where files of the same letters in another case are one: so they
 * are of lower case, and have nothing in them that means something in a path.
 */
final class DatabaseName {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final String RULE =
            "the name of a database has 1 to 64 characters, lower-case letters a to z, digits,"
                    + " '_' and '-', and begins with a letter or a digit";
    private static final int VERSION = 8;

    private DatabaseName() {}

    static String checked(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException(RULE);
        }
        return name;
    }

    static boolean isValid(String name) {
        return FORM.matcher(name).matches();
    }

    static Refusal refusal() {
        return Refusal.badRequest(Character.toUpperCase(RULE.charAt(0)) + RULE.substring(1) + ".");
    }

    /** The same for the same text, always and everywhere: a UUID of version 8, from a hash. */
    static UUID idOf(String text) {
        byte[] hash;
        try {
            hash = MessageDigest.getInstance("SHA-256")
                    .digest(("kv-reactive database " + text).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            high = high << 8 | (hash[i] & 0xFF);
            low = low << 8 | (hash[Long.BYTES + i] & 0xFF);
        }
        return new UUID((high & ~0xF000L) | VERSION << 12, (low & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
    }
}
