// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.sqlite.SqliteOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/sqlite.md} shows is what is compiled here. */
class SqliteFilesIT {

    @TempDir
    Path folder;

    @Test
    void theProgramOfThePageIsCompiledHere() throws IOException {
        String source = Page.source(SqliteFiles.class);
        assertThat(Page.blocks("docs/sqlite.md", "java"))
                .hasSize(1)
                .allSatisfy(block -> assertThat(source).contains(block));
    }

    @Test
    void aFileIsOpenedAsItSays() {
        Kv kv = SqliteFiles.shared(folder.resolve("kv.sqlite"));
        kv.ready().block();
        assertThat(kv.options().find(SqliteOptions.class).orElseThrow().readers())
                .isEqualTo(4);
        kv.close().block();
        assertThat(folder.resolve("kv.sqlite")).exists();
    }
}
