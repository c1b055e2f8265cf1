// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The first program of the module's README. */
public final class FirstProgram {

    private FirstProgram() {}

    /** Writes two lines into a new table of the database that the URL names, and prints them. */
    public static void main(String[] args) {
        // begin
        ConnectionFactory factory = ConnectionFactories.get(args[0]); // "r2dbc:sqlite:///notes.db?journalMode=wal"

        Flux<String> notes = Flux.usingWhen(
                factory.create(),
                connection -> Flux.from(connection
                                .createStatement("create table if not exists note (id integer primary key, text text)")
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .thenMany(connection
                                .createStatement("insert into note (text) values (:text)")
                                .bind("text", "buy tea")
                                .add()
                                .bind("text", "drink it")
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .thenMany(connection
                                .createStatement("select id, text from note")
                                .execute())
                        .concatMap(result -> result.map(row -> row.get("id") + ": " + row.get("text"))),
                connection -> Mono.from(connection.close()));

        notes.doOnNext(System.out::println).blockLast();
        // end
    }
}
