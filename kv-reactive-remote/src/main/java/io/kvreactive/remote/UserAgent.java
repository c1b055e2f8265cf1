// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this library calls itself towards servers ({@code docs/spec/kv-connect.md}, CM2 and CD3). */
final class UserAgent {

    /** The name and the version of this module. */
    static final String TEXT = "kv-reactive/" + version();

    private UserAgent() {}

    private static String version() {
        Properties properties = new Properties();
        try (InputStream file = UserAgent.class.getResourceAsStream("module.properties")) {
            if (file == null) {
                throw new IllegalStateException("module.properties is missing from the jar");
            }
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }
}
