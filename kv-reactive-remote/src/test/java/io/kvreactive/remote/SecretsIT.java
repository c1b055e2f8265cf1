// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.METADATA;
import static io.kvreactive.remote.TestServer.Operation.READ;
import static io.kvreactive.remote.TestServer.Operation.WATCH;
import static io.kvreactive.remote.TestServer.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.remote.TestServer.Reply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tokens, values and parts of keys are planted everywhere, and looked for in everything that a person may come to see. */
class SecretsIT extends ServerTest {

    private static final String ACCESS_TOKEN = TestServer.ACCESS_TOKEN;
    private static final String DATA_TOKEN = "data-token-of-the-test-1";
    private static final String NEXT_DATA_TOKEN = "data-token-planted-later";
    private static final String VALUE = "hunter2-correct-horse";
    private static final String PROXY_PASSWORD = "open-sesame-please";
    private static final String QUERY = "query-that-is-a-secret";
    private static final String[] SECRETS = {ACCESS_TOKEN, DATA_TOKEN, NEXT_DATA_TOKEN, VALUE, PROXY_PASSWORD, QUERY};

    /** A line of the log. */
    private record Line(Level level, String logger, String text) {}

    private final Queue<Line> logged = new ConcurrentLinkedQueue<>();
    private final List<String> texts = new ArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            String error =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            logged.add(new Line(event.getLevel(), event.getLoggerName(), event.getFormattedMessage() + " " + error));
        }
    };

    /** Everything that is logged, ours to the last detail. Netty's own details are those of the wiretap, which is off. */
    @BeforeEach
    void listen() {
        logger("io.kvreactive").setLevel(Level.TRACE);
        logger("reactor.netty").setLevel(Level.DEBUG);
        appender.start();
        for (String name : List.of("io.kvreactive", "reactor.netty")) {
            logger(name).addAppender(appender);
            logger(name).setAdditive(false);
        }
    }

    @AfterEach
    void stopListening() {
        for (String name : List.of("io.kvreactive", "reactor.netty")) {
            logger(name).detachAppender(appender);
            logger(name).setAdditive(true);
        }
        logger("io.kvreactive").setLevel(null);
        logger("reactor.netty").setLevel(Level.OFF);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    /** Everything that an error shows, causes and what was suppressed included. */
    private void provoke(Publisher<?> operation) {
        Throwable error = errorOf(Throwable.class, Flux.from(operation));
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        texts.add(text.toString());
    }

    @Test
    void nothingThatIsShownHoldsASecret() {
        KvKey key = KvKey.of("users", VALUE);
        RemoteOptions own = quick().deadline(Duration.ofSeconds(20))
                .http(HttpOptions.builder()
                        .responseTimeout(Duration.ofSeconds(3))
                        .build())
                .build();
        Kv kv = kv(server.url() + "/x?" + QUERY, own);
        server.endpoints = "[{\"url\":\"/v2\",\"consistency\":\"strong\"}]";
        String echo = "you sent " + ACCESS_TOKEN + " or " + DATA_TOKEN;

        // The exchange.
        String early = "you sent " + ACCESS_TOKEN;
        server.script(METADATA, Reply.status(503, early), Reply.status(403, early));
        provoke(kv.ready());
        server.script(METADATA, Reply.json(server.metadata("", 7, Instant.now().plusSeconds(99))));
        provoke(kv.ready());
        server.script(METADATA, Reply.json(server.metadata("", 3, Instant.MIN).replace(":3", ":3,")));
        provoke(kv.ready());
        server.script(METADATA, Reply.redirect(302, "ftp://" + QUERY));
        provoke(kv.ready());
        server.script(METADATA, Reply.reset(), Reply.silence());
        await(kv.ready());
        texts.add(
                String.valueOf(await(kv.unwrap(RemoteDatabase.class).metadata().next())));

        // The data path.
        server.script(READ, Reply.status(400, echo));
        provoke(kv.get(key));
        server.script(READ, Reply.reset(), Reply.status(500, echo), Reply.body(VALUE.getBytes()));
        provoke(kv.get(key));
        server.script(READ, 3, Reply.status(503, echo));
        provoke(kv(server.url(), quick().maxAttempts(3).build()).get(key));
        server.script(WRITE, Reply.applyAndReset());
        provoke(kv.atomic().sum(key, 4).set(key, VALUE).commit());
        server.script(WRITE, Reply.status(400, echo));
        provoke(kv.set(key, VALUE));
        server.script(WRITE, Reply.silence());
        provoke(kv.enqueue(VALUE));
        server.script(WRITE, Reply.status(401, echo));
        server.token = NEXT_DATA_TOKEN;
        await(kv.set(key, VALUE));
        server.script(READ, 2, Reply.status(401, "you sent " + NEXT_DATA_TOKEN));
        server.token = DATA_TOKEN;
        provoke(kv.list(KvSelector.prefix("users")));
        server.script(WATCH, Reply.status(503, echo), Reply.frames(Flux.just(VALUE.getBytes())));
        provoke(kv.watch(key));
        kv.close().block(PATIENCE);
        provoke(kv.get(key));

        // Options and URLs.
        KvOptions options = KvOptions.builder()
                .accessToken(ACCESS_TOKEN)
                .with(RemoteOptions.builder()
                        .deadline(Duration.ofMillis(500))
                        .accessToken(Mono.just(ACCESS_TOKEN))
                        .http(HttpOptions.builder()
                                .proxy("http://me:" + PROXY_PASSWORD + "@127.0.0.1:1")
                                .build())
                        .build())
                .build();
        texts.add(options.toString());
        texts.add(options.find(RemoteOptions.class).orElseThrow().toString());
        provoke(Kv.create("http://kv.example.com:1/?" + QUERY, options).ready());

        assertThat(texts)
                .hasSizeGreaterThan(15)
                .allSatisfy(text -> assertThat(text).doesNotContain(SECRETS));
        assertThat(logged).hasSizeGreaterThan(100).allSatisfy(line -> {
            if (line.logger.startsWith("io.kvreactive")) {
                assertThat(line.text).doesNotContain(SECRETS);
            } else {
                // Reactor Netty shows URLs as they are when it is asked for details.
                assertThat(line.text.replace(QUERY, "")).doesNotContain(SECRETS);
            }
        });
        assertThat(logged)
                .anyMatch(line -> line.level == Level.DEBUG && line.logger.startsWith("io.kvreactive.remote"));
        // The server's text is shown all the same.
        assertThat(texts).anyMatch(text -> text.contains("you sent REDACTED or"));
    }

    @Test
    void whereNothingGoesWrongNothingIsLogged() {
        Kv kv = kv();
        await(kv.set(A, 1));
        await(kv.get(A));
        await(kv.watch(A).next());
        await(kv.list(KvSelector.prefix()).count());
        kv.close().block(PATIENCE);
        assertThat(logged)
                .noneMatch(line -> line.logger.startsWith("io.kvreactive") || line.level.isGreaterOrEqual(Level.INFO));
    }
}
