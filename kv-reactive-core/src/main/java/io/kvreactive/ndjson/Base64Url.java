// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import java.util.Base64;

/** Bytes as base64url without padding, {@code docs/spec/ndjson.md} section 2. Strict: one text for each sequence of bytes. */
final class Base64Url {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private Base64Url() {}

    static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /** The bytes; throws {@link Refused}. */
    static byte[] decode(String text) {
        try {
            byte[] bytes = DECODER.decode(text);
            // The decoder takes padding, and drops bits behind the last byte.
            if (ENCODER.encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Its message shows characters of the text.
        }
        throw new Refused("bytes that are not base64url without padding");
    }
}
