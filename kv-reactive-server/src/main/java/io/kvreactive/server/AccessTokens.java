// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What opens one database: its access token, for the metadata exchange, and the tokens for the data path that are handed out there. The latter
 * are signed and not kept: a token is the time of its end and a code over that and the name of the database, whose key comes from the access
 * token. So they survive a restart, are valid for one database only, and end when the access token is changed. Thread-safe.
 */
final class AccessTokens {

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] PURPOSE = "kv-reactive data path token, version 1".getBytes(StandardCharsets.US_ASCII);
    private static final int CODE_BYTES = 32;
    private static final int TOKEN_BYTES = Long.BYTES + CODE_BYTES;

    private final byte[] accessToken;
    private final byte[] databaseId;
    private final Mac mac;

    private AccessTokens(byte[] accessToken, byte[] databaseId, Mac mac) {
        this.accessToken = accessToken;
        this.databaseId = databaseId;
        this.mac = mac;
    }

    static AccessTokens of(String accessToken, UUID databaseId) {
        byte[] secret = accessToken.getBytes(StandardCharsets.US_ASCII);
        byte[] id = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(databaseId.getMostSignificantBits())
                .putLong(databaseId.getLeastSignificantBits())
                .array();
        return new AccessTokens(secret, id, mac(mac(secret).doFinal(PURPOSE)));
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    /** Returns an access token as it is, or throws {@link IllegalArgumentException}, whose message does not show it. */
    static String checked(String name, String accessToken) {
        if (accessToken.length() < ServerOptions.SHORTEST_TOKEN) {
            throw new IllegalArgumentException(name + " must have at least " + ServerOptions.SHORTEST_TOKEN
                    + " characters, it has " + accessToken.length());
        }
        if (!accessToken.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException(name + " must be printable ASCII without spaces, as HTTP sends it");
        }
        return accessToken;
    }

    /** Whether this is the access token. The time that it takes tells nothing. */
    boolean isAccessToken(String given) {
        return MessageDigest.isEqual(accessToken, given.getBytes(StandardCharsets.UTF_8));
    }

    /** A token for the data path. */
    String issue(Instant end) {
        long seconds = end.getEpochSecond();
        byte[] token = ByteBuffer.allocate(TOKEN_BYTES)
                .putLong(seconds)
                .put(codeOf(seconds))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** Lets a token for the data path pass; throws {@link Refusal}. */
    void check(String given, Instant now) {
        ByteBuffer token = decoded(given);
        long seconds = token.getLong();
        byte[] code = new byte[CODE_BYTES];
        token.get(code);
        if (!MessageDigest.isEqual(code, codeOf(seconds))) {
            throw wrong();
        }
        if (now.getEpochSecond() >= seconds) {
            throw Refusal.unauthorized("The token has expired; exchange metadata anew.");
        }
    }

    private static ByteBuffer decoded(String given) {
        try {
            byte[] token = Base64.getUrlDecoder().decode(given);
            if (token.length == TOKEN_BYTES) {
                return ByteBuffer.wrap(token);
            }
        } catch (IllegalArgumentException e) {
            // It is none of ours, as any other that is wrong.
        }
        throw wrong();
    }

    private static Refusal wrong() {
        return Refusal.unauthorized(
                "The token is not one of this database, or of an access token that is no longer valid; exchange metadata anew.");
    }

    private byte[] codeOf(long seconds) {
        // A clone begins where the original is, with the key in place: cheaper than to derive it, and nobody else's.
        Mac fresh = cloned();
        fresh.update(databaseId);
        return fresh.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(seconds).array());
    }

    private Mac cloned() {
        try {
            return (Mac) mac.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the HMAC of this Java cannot be cloned", e);
        }
    }
}
