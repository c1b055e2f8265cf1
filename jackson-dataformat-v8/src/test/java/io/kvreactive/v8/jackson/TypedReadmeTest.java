// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.v8.V8Options;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The typed example of the README, compiled and run. */
class TypedReadmeTest {

    @Test
    void theExampleDoesWhatItSays() {
        // begin example
        record Customer(
                String name,
                Set<String> tags,
                Instant since,
                Map<Integer, byte[]> files,
                @V8BigInt long id) {}

        Customer ada = new Customer("Ada", Set.of("vip"), Instant.EPOCH, Map.of(7, new byte[] {1, 2}), 42);
        byte[] bytes = V8Mapper.shared().writeValueAsBytes(ada);
        // JavaScript sees: { name: "Ada", tags: Set { "vip" }, since: Date, files: Map { 7 => Uint8Array }, id: 42n }
        Customer again = V8Mapper.shared().readValue(bytes, Customer.class);
        assertThat(again.since()).isEqualTo(ada.since());

        // Everything of Jackson works as elsewhere, and another mapper's configuration carries over.
        JsonMapper json = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
        V8Mapper mapper = V8Mapper.builder(json)
                .options(V8Options.builder().longs(V8Options.Longs.FAIL).build())
                .enable(V8WriteFeature.PARITY)
                .build();
        JsonNode tree = mapper.readTree(bytes);
        assertThat(tree.get("id").bigIntegerValue()).isEqualTo(BigInteger.valueOf(42));
        // end example
    }

    @Test
    void theReadmeShowsThisExample() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/kvreactive/v8/jackson/TypedReadmeTest.java"));
        String example = source.substring(
                        source.indexOf("// begin example\n") + 17, source.indexOf("        // end example"))
                .stripTrailing();
        assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + example.stripIndent() + "\n```");
    }
}
