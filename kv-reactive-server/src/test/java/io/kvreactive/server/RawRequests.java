// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Requests of HTTP/1.1 as bytes. */
final class RawRequests {

    private RawRequests() {}

    /** A request with the headers of a client, and more. */
    static String head(String path, Caller.Metadata metadata, String... more) {
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        String[] headers = metadata.headers();
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        for (String line : more) {
            head.append(line).append("\r\n");
        }
        return head + "\r\n";
    }

    static byte[] of(String path, Caller.Metadata metadata, byte[] body, String... more) {
        String[] headers = new String[more.length + 1];
        System.arraycopy(more, 0, headers, 0, more.length);
        headers[more.length] = "Content-Length: " + body.length;
        return join(head(path, metadata, headers).getBytes(StandardCharsets.ISO_8859_1), body);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
