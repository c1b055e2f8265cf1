// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example of the README, compiled and run. */
class ReadmeTest {

    @Test
    void theExampleDoesWhatItSays() {
        // begin example
        // Node: v8.serialize({ name: "Ada", tags: new Set(["x"]), at: new Date(0) })
        byte[] bytes = HexFormat.of()
                .parseHex("ff0f6f22046e616d652203416461220474616773272201782c01220261744400000000000000007b03");
        Map<?, ?> user = (Map<?, ?>) V8.decode(bytes);
        assertThat(user.get("name")).isEqualTo("Ada");
        assertThat(user.get("at")).isEqualTo(Instant.EPOCH);

        // Java to JavaScript: [1, 12345678901234567890n, Uint8Array [1, 2]]
        byte[] written = V8.encode(List.of(1, new BigInteger("12345678901234567890"), new byte[] {1, 2}));

        // What plain Java cannot carry, the value model does, byte for byte.
        V8Value model = V8.decodeModel(written);
        assertThat(V8.encodeModel(model)).isEqualTo(written);
        // end example
    }

    @Test
    void theReadmeShowsThisExample() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/kvreactive/v8/ReadmeTest.java"));
        String example = source.substring(
                        source.indexOf("// begin example\n") + 17, source.indexOf("        // end example"))
                .stripTrailing();
        assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + example.stripIndent() + "\n```");
    }
}
