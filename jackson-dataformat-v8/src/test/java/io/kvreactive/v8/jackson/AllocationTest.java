// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kvreactive.v8.V8;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/** How much is allocated, by the count of the JVM, which is exact. No token costs anything; a value costs what is made of it, and a little. */
class AllocationTest {

    private static final int ROUNDS = 40;
    private static final int LINES = 500;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final V8Factory factory = new V8Factory();

    record Address(String street, int number, String city) {}

    record Person(
            long id,
            String name,
            String email,
            boolean active,
            int visits,
            double balance,
            Address address,
            List<String> tags) {}

    private static final Person ADA = new Person(
            1_763_900_000_000L,
            "Ada Lovelace",
            "ada.lovelace@example.com",
            true,
            815,
            47.11,
            new Address("Rue de la Cit\u00e9", 12, "Gen\u00e8ve"),
            List.of("vip", "newsletter"));

    @Test
    void tokensAreReadWithoutAnyAllocationForEach() {
        byte[] bytes = V8.encode(lines());
        assertThat(read(bytes)).isEqualTo(2 + LINES * 17);
        long allocated = least(() -> read(bytes));
        System.out.printf("allocation: %d tokens read: %d bytes%n", 2 + LINES * 17, allocated);
        assertThat(allocated).isLessThan(1_500);
    }

    /** Reads and counts. */
    private int read(byte[] bytes) {
        int tokens = 0;
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), bytes)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken().isNumeric()) {
                    parser.getDoubleValue();
                }
                tokens++;
            }
        }
        return tokens;
    }

    @Test
    void tokensAreWrittenWithoutAnyAllocationForEach() {
        long allocated = least(() -> {
            try (JsonGenerator generator =
                    factory.createGenerator(ObjectWriteContext.empty(), OutputStream.nullOutputStream())) {
                generator.writeStartArray();
                for (int i = 0; i < LINES; i++) {
                    generator.writeStartObject();
                    generator.writeName("sku").writeString("a sku");
                    generator.writeName("price").writeNumber(i / 100.0);
                    generator.writeName("quantity").writeNumber(i);
                    generator.writeName("sold").writeNumber((long) i << 40);
                    generator.writeName("gift").writeBoolean(true);
                    generator.writeName("note").writeNull();
                    generator.writeName("stock").writeStartArray(null, 2);
                    generator.writeNumber(1).writeNumber(2).writeEndArray();
                    generator.writeEndObject();
                }
                generator.writeEndArray();
            }
        });
        System.out.printf("allocation: %d tokens written: %d bytes%n", 2 + LINES * 19, allocated);
        assertThat(allocated).isLessThan(1_500);
    }

    @Test
    void aRecordCostsWhatItIsMadeOfAndALittle() {
        V8Mapper mapper = V8Mapper.shared();
        byte[] bytes = mapper.writeValueAsBytes(ADA);
        assertThat(mapper.readValue(bytes, Person.class)).isEqualTo(ADA);
        long reading = least(() -> mapper.readValue(bytes, Person.class));
        long writing = least(() -> mapper.writeValueAsBytes(ADA));
        System.out.printf(
                "allocation: a record of %d bytes: %d bytes to read it, %d to write it%n",
                bytes.length, reading, writing);
        assertThat(reading).isLessThan(2_700);
        assertThat(writing).isLessThan(1_500);
    }

    private static List<Map<String, Object>> lines() {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("sku", "a sku");
            line.put("price", i / 100.0);
            line.put("quantity", i);
            line.put("gift", true);
            line.put("note", null);
            line.put("stock", List.of(1, 2));
            lines.add(line);
        }
        return lines;
    }

    /** The least of many rounds: whatever is done once is not counted. */
    private static long least(Runnable action) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            action.run();
            least = Math.min(
                    least,
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        return least;
    }
}
