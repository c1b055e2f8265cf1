// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.PATIENCE;
import static io.kvreactive.r2dbc.sqlite.Databases.all;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.annotation.Id;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.r2dbc.repository.R2dbcRepository;
import org.springframework.data.r2dbc.repository.support.R2dbcRepositoryFactory;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Spring's {@code DatabaseClient} and Spring Data R2DBC, with nothing configured but the connection factory. */
class SpringDataIT {

    private static final String CREATE = """
            create table book (
                id integer primary key,
                title varchar(100) not null unique,
                price text,
                lent boolean,
                published date,
                seen timestamp,
                changed text,
                mark text,
                genre text,
                cover blob)""";

    @RegisterExtension
    final Databases databases = new Databases();

    private DatabaseClient client;
    private Books books;
    private TransactionalOperator transactions;

    enum Genre {
        ESSAY,
        NOVEL
    }

    @Table("book")
    record Book(
            @Id Long id,
            String title,
            BigDecimal price,
            boolean lent,
            LocalDate published,
            LocalDateTime seen,
            Instant changed,
            UUID mark,
            Genre genre,
            byte[] cover) {

        static Book of(String title) {
            return new Book(
                    null,
                    title,
                    new BigDecimal("12.50"),
                    true,
                    LocalDate.of(2024, 2, 29),
                    LocalDateTime.of(2024, 2, 29, 1, 2, 3),
                    Instant.ofEpochMilli(1234567890123L),
                    new UUID(1, 2),
                    Genre.NOVEL,
                    new byte[] {1, 2, 3});
        }
    }

    interface Books extends R2dbcRepository<Book, Long> {

        Flux<Book> findByTitleStartingWithOrderByTitleDesc(String beginning);

        Flux<Book> findByLent(boolean lent, PageRequest page);

        @Query("select * from book where title = :title or title = :title || '!'")
        Flux<Book> called(String title);
    }

    @BeforeEach
    void createTheTable() {
        ConnectionFactory factory =
                SqliteConnectionFactory.from(databases.configuration().build());
        client = DatabaseClient.create(factory);
        books = new R2dbcRepositoryFactory(new R2dbcEntityTemplate(factory)).getRepository(Books.class);
        transactions = TransactionalOperator.create(new R2dbcTransactionManager(factory));
        now(client.sql(CREATE).then());
    }

    private Flux<Book> insert(int count) {
        return books.saveAll(
                IntStream.range(0, count).mapToObj(i -> Book.of("title " + i)).toList());
    }

    @Test
    void aRepositoryInsertsReadsUpdatesAndDeletes() {
        Book saved = now(books.save(Book.of("A")));

        assertThat(saved.id()).isEqualTo(1);
        Book found = now(books.findById(1L));
        assertThat(found).usingRecursiveComparison().isEqualTo(saved);
        assertThat(found.price()).isEqualTo(new BigDecimal("12.50"));
        Book changed =
                new Book(1L, "B", null, false, null, null, found.changed(), found.mark(), Genre.ESSAY, new byte[] {4});
        now(books.save(changed));
        assertThat(now(books.findById(1L))).usingRecursiveComparison().isEqualTo(changed);
        now(books.deleteById(1L));
        assertThat(now(books.count())).isZero();
    }

    @Test
    void queriesAreDerivedPagedAndWrittenByHand() {
        all(insert(25));

        assertThat(all(books.findByTitleStartingWithOrderByTitleDesc("title 2")))
                .extracting(Book::title)
                .containsExactly("title 24", "title 23", "title 22", "title 21", "title 20", "title 2");
        assertThat(all(books.findByLent(true, PageRequest.of(1, 10, Sort.by("id")))))
                .extracting(Book::id)
                .containsExactly(11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L);
        assertThat(all(books.called("title 7"))).extracting(Book::id).containsExactly(8L);
        assertThat(now(books.existsById(3L))).isTrue();
    }

    @Test
    void rowsAreStreamedAsTheyAreRequested() {
        all(insert(300));

        StepVerifier.create(
                        client.sql("select id from book order by id")
                                .map(row -> row.get(0, Long.class))
                                .all(),
                        2)
                .expectNext(1L, 2L)
                .thenRequest(3)
                .expectNext(3L, 4L, 5L)
                .thenCancel()
                .verify(PATIENCE);
        assertThat(now(books.findAll().count())).isEqualTo(300);
    }

    @Test
    void namedParametersOfTheDatabaseClientAreBound() {
        all(insert(3));

        Mono<String> title = client.sql("select title from book where id = :id and lent = :lent or id = :id")
                .bind("id", 2)
                .bind("lent", true)
                .map(row -> row.get("title", String.class))
                .one();

        assertThat(now(title)).isEqualTo("title 1");
        assertThat(now(client.sql("update book set lent = :lent where id in (:ids)")
                        .bind("lent", false)
                        .bind("ids", java.util.List.of(1, 2))
                        .fetch()
                        .rowsUpdated()))
                .isEqualTo(2);
    }

    @Test
    void aTransactionThatFailsLeavesNothing() {
        all(insert(2));
        Mono<Void> failing = insertAndFail().as(transactions::transactional);

        StepVerifier.create(failing).expectErrorMessage("mine").verify(PATIENCE);
        assertThat(now(books.count())).isEqualTo(2);
        now(books.save(Book.of("kept")).as(transactions::transactional));
        assertThat(now(books.count())).isEqualTo(3);
    }

    private Mono<Void> insertAndFail() {
        return books.save(Book.of("lost"))
                .then(client.sql("delete from book where id = 1").then())
                .then(Mono.error(new IllegalStateException("mine")));
    }

    @Test
    void errorsBecomeSpringsOwn() {
        all(insert(1));

        StepVerifier.create(books.save(Book.of("title 0")))
                .expectError(DuplicateKeyException.class)
                .verify(PATIENCE);
    }

    @Test
    void aTimestampOfSqlitesOwnIsUtcWhateverTheMachinesZone() {
        now(client.sql("insert into book(title, lent, changed) values ('t', 0, '2024-02-29 01:02:03')")
                .then());

        assertThat(now(books.findById(1L)).changed()).isEqualTo(Instant.parse("2024-02-29T01:02:03Z"));
    }
}
