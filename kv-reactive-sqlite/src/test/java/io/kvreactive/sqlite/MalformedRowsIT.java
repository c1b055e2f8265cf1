// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvSelector.OnDecodeError;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** Rows as no Deno writes them: each is an error of its own and damages nothing else. */
class MalformedRowsIT {

    private static final int BAD_ROWS = 9;

    @TempDir
    Path folder;

    private Kv kv;

    @BeforeEach
    void open() {
        Path path = folder.resolve("bad.sqlite");
        kv = Kv.create(path.toString());
        kv.set(KvKey.of("a"), new byte[] {1}).block();
        kv.set(KvKey.of("z"), new byte[] {2}).block();
        Files.sql(
                path,
                insert("x'026200'", "'a text'", "3", "1", "-1"),
                insert("x'026300'", "x'00'", "4", "1", "-1"),
                insert("x'026400'", "x'00'", "'v8'", "1", "-1"),
                insert("x'026500'", "x'0102'", "2", "1", "-1"),
                insert("x'026600'", "x'ff10'", "1", "1", "-1"),
                insert("x'0267'", "x'00'", "3", "1", "-1"),
                insert("x'026800'", "x'00'", "3", "'new'", "-1"),
                insert("x'026900'", "x'00'", "3", "1", "'never'"),
                insert("x'026a00'", "zeroblob(1048577)", "3", "1", "-1"),
                // A text key sorts before all blobs and can never be found.
                insert("'text key'", "x'00'", "3", "1", "-1"));
    }

    private static String insert(String k, String v, String encoding, String version, String expiry) {
        return "insert into kv (k, v, v_encoding, version, expiration_ms) values ("
                + String.join(", ", k, v, encoding, version, expiry) + ")";
    }

    @AfterEach
    void close() {
        kv.close().block();
    }

    @Test
    void everyBadRowIsKeptWithItsReason() {
        List<KvEntry<Object>> entries = kv.list(KvSelector.prefix().onDecodeError(OnDecodeError.KEEP))
                .collectList()
                .block();
        assertThat(entries).hasSize(BAD_ROWS + 2);
        assertThat(entries.stream().filter(e -> e.decodeError() != null)).hasSize(BAD_ROWS);
        assertThat(entries.stream().map(KvEntry::decodeError).filter(e -> e != null))
                .extracting(Throwable::getMessage)
                .satisfiesExactly(
                        m -> assertThat(m).contains("column v of its row"),
                        m -> assertThat(m).contains("encoding 4 is unknown"),
                        m -> assertThat(m).contains("column v_encoding"),
                        m -> assertThat(m).contains("eight bytes"),
                        m -> assertThat(m).contains("cannot be read"),
                        m -> assertThat(m).contains("unexpected end"),
                        m -> assertThat(m).contains("column version"),
                        m -> assertThat(m).contains("column expiration_ms"),
                        m -> assertThat(m).contains("larger than 1048576 bytes"));
    }

    @Test
    void theGoodRowsAreReadAroundThem() {
        assertThat(kv.list(KvSelector.prefix().onDecodeError(OnDecodeError.SKIP))
                        .map(KvEntry::key)
                        .collectList()
                        .block())
                .containsExactly(KvKey.of("a"), KvKey.of("z"));
        assertThat(kv.get(KvKey.of("z")).block()).isNotNull();
        StepVerifier.create(kv.list(KvSelector.prefix()))
                .expectNextCount(1)
                .expectErrorSatisfies(
                        e -> assertThat(((KvDecodeException) e).key()).isEqualTo(KvKey.of("b")))
                .verify();
    }

    @Test
    void countersOnBadRowsAreRefusedAndBadRowsCanBeReplaced() {
        for (String key : List.of("b", "c", "d", "e", "f", "h")) {
            StepVerifier.create(kv.atomic().sum(KvKey.of(key), 1).commit())
                    .expectError(KvMutationException.class)
                    .verify();
            kv.set(KvKey.of(key), new byte[] {9}).block();
            assertThat(kv.get(KvKey.of(key)).block().value()).isEqualTo(new byte[] {9});
        }
    }
}
