// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.ndjson.NdjsonProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/export-import.md} shows is what is compiled here, and does what the page says. */
class ExportImportIT {

    private static final String PAGE = "docs/export-import.md";

    @TempDir
    Path folder;

    @Test
    void everyProgramOfThePageIsCompiledHere() throws IOException {
        String source = Page.source(ExportImport.class);
        assertThat(Page.blocks(PAGE, "java"))
                .hasSize(4)
                .allSatisfy(block -> assertThat(source).contains(block));
    }

    @Test
    void theLineOfThePageIsTheOneThatIsWritten() throws IOException {
        Kv kv = Kv.create(folder.resolve("orders.sqlite").toString());
        Path file = folder.resolve("orders.ndjson");
        kv.set(KvKey.of("orders", 42), Map.of("item", "tea")).block();
        assertThat(ExportImport.export(kv, file).block()).isEqualTo(new NdjsonProgress(1, 1, 0, 0));
        assertThat(withoutVersion(Files.readString(file)))
                .isEqualTo(withoutVersion(Page.blocks(PAGE, "text").get(0)));
        kv.close().block();
    }

    private static String withoutVersion(String line) {
        Matcher version = Pattern.compile("\"versionstamp\":\"[0-9a-f]{20}\"").matcher(line);
        assertThat(version.find()).as(line).isTrue();
        return version.replaceAll("");
    }

    @Test
    void ordersAreRestoredAndDatabasesCopied() {
        Kv kv = Kv.create(folder.resolve("orders.sqlite").toString());
        Path file = folder.resolve("orders.ndjson");
        kv.set(KvKey.of("orders", 1), "tea")
                .then(kv.set(KvKey.of("orders", 2), "cake"))
                .then(kv.set(KvKey.of("other"), "stays"))
                .then(ExportImport.export(kv, file))
                .then(ExportImport.restore(kv, file))
                .block();
        Kv copy = Kv.create("memory:");
        assertThat(ExportImport.copy(kv, copy).block()).isEqualTo(new NdjsonProgress(5, 5, 0, 0));
        assertThat(copy.list(KvSelector.prefix("restored"))
                        .map(KvEntry::value)
                        .collectList()
                        .block())
                .containsExactly("tea", "cake");
        kv.close().block();
    }

    @Test
    void aBackupIsADatabaseOfItsOwn() {
        Kv kv = Kv.create(folder.resolve("orders.sqlite").toString());
        Path file = folder.resolve("copy.sqlite");
        long size = kv.set(KvKey.of("orders", 1), "tea")
                .then(ExportImport.backup(kv, file))
                .block();
        Kv copy = Kv.create(file.toString());
        assertThat(copy.get(KvKey.of("orders", 1)).block().value()).isEqualTo("tea");
        assertThat(size).isPositive();
        copy.close().then(kv.close()).block();
    }
}
