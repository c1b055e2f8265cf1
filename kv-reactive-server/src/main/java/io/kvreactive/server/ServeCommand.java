// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.KvOptions;
import io.kvreactive.sqlite.SqliteOptions;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code serve}: from the command line to {@link ServerOptions}, and a server until a signal comes. */
@Command(
        name = "serve",
        description =
                "Serves until it is stopped by a signal. Times are such as 500ms, 30s, 5m or 1h; sizes are bytes.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {

    @ParentCommand
    private @Nullable ServerCommand parent;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--addr",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:" + ServerOptions.DEFAULT_PORT,
            description = "Where to listen; port 0 for any that is free.")
    private String addr = "";

    @Option(
            names = "--access-token",
            paramLabel = "TOKEN",
            defaultValue = "${env:DENO_KV_ACCESS_TOKEN}",
            showDefaultValue = Visibility.NEVER,
            description = "What opens the databases: at least " + ServerOptions.SHORTEST_TOKEN
                    + " characters. Or set DENO_KV_ACCESS_TOKEN, which other users of the machine do not see.")
    private @Nullable String accessToken;

    @Option(names = "--read-only", description = "Refuse writes.")
    private boolean isReadOnly;

    @Option(
            names = "--num-workers",
            paramLabel = "N",
            defaultValue = "${env:DENO_KV_NUM_WORKERS:-" + SqliteOptions.DEFAULT_READERS + "}",
            description = "Connections that read each SQLite file, beside the one that writes.")
    private int numWorkers;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep named databases, each under /db/NAME, in files NAME.sqlite of this folder; without it,"
                    + " in memory for as long as the server runs.")
    private @Nullable Path dataDir;

    @Option(
            names = "--database-token",
            paramLabel = "NAME=TOKEN",
            description = "A token of its own for a named database, which the main one then does not open.")
    private Map<String, String> databaseTokens = new LinkedHashMap<>();

    @Option(
            names = "--database-id",
            paramLabel = "UUID",
            description = "The name of the database under / in the protocol; made of the path of its file by default.")
    private @Nullable UUID databaseId;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description = "Under which URL clients know the server, if a proxy in front of it changes paths, or clients"
                    + " speak version 1 of the protocol.")
    private @Nullable URI publicUrl;

    @Option(
            names = "--trust-forwarded",
            description = "Believe Forwarded and X-Forwarded-* headers, as behind a proxy that sets them.")
    private boolean trustsForwarded;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Speak TLS with these certificates, a PEM file.")
    private @Nullable Path tlsCertificates;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The key for them, a PEM file in PKCS#8.")
    private @Nullable Path tlsKey;

    @Option(
            names = "--token-lifetime",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "How long metadata, and the token in it, is valid.")
    private Duration tokenLifetime = Duration.ZERO;

    @Option(
            names = "--watch-ping",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "After which silence a watch gives a sign of life.")
    private Duration watchPing = Duration.ZERO;

    @Option(
            names = "--stop-grace",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long stopping waits for requests that are under way.")
    private Duration stopGrace = Duration.ZERO;

    @Option(
            names = "--event-loops",
            paramLabel = "N",
            description = "Threads that serve requests; one for each processor by default.")
    private @Nullable Integer eventLoops;

    @Option(names = "--access-log", description = "Log a line for each request.")
    private boolean hasAccessLog;

    @Option(
            names = "--metrics",
            description = "Answer GET /metrics, with the access token, in the format of Prometheus.")
    private boolean hasMetrics;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            defaultValue = "" + ServerLimits.DEFAULT_BODY_BYTES,
            description = "Largest body of a request.")
    private int maxBody;

    @Option(
            names = "--max-header",
            paramLabel = "BYTES",
            defaultValue = "" + ServerLimits.DEFAULT_HEADER_BYTES,
            description = "Largest headers of a request, all together.")
    private int maxHeader;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "" + ServerLimits.DEFAULT_CONNECTIONS,
            description = "Most open connections.")
    private int maxConnections;

    @Option(
            names = "--max-streams",
            paramLabel = "N",
            defaultValue = "" + ServerLimits.DEFAULT_STREAMS,
            description = "Most requests at a time on a connection of HTTP/2.")
    private int maxStreams;

    @Option(
            names = "--max-watches",
            paramLabel = "N",
            defaultValue = "" + ServerLimits.DEFAULT_WATCHES,
            description = "Most open watches.")
    private int maxWatches;

    @Option(
            names = "--max-answers",
            paramLabel = "BYTES",
            defaultValue = "" + ServerLimits.DEFAULT_ANSWER_BYTES,
            description = "Most bytes of answers that clients have not taken yet; reads are refused beyond.")
    private long maxAnswers;

    @Option(
            names = "--max-databases",
            paramLabel = "N",
            defaultValue = "" + ServerLimits.DEFAULT_DATABASES,
            description = "Most named databases open at a time; 0 for none at all.")
    private int maxDatabases;

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            defaultValue = "15s",
            description = "Longest time for a request.")
    private Duration requestTimeout = Duration.ZERO;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            defaultValue = "75s",
            description = "Longest time that a connection is open without a request.")
    private Duration idleTimeout = Duration.ZERO;

    @Option(
            names = "--slow-watch-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "Longest time that a watch waits for its reader.")
    private Duration slowWatchTimeout = Duration.ZERO;

    @Option(
            names = "--database-idle-time",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "How long a named database in a file stays open after its last request.")
    private Duration databaseIdleTime = Duration.ZERO;

    @Option(
            names = "--atomic-write-batch-timeout-ms",
            paramLabel = "N",
            hidden = true,
            description = "Of the reference server; writes that come together share a transaction anyway.")
    private @Nullable Long atomicWriteBatchTimeout;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        if (atomicWriteBatchTimeout != null) {
            err.println("kv-reactive-server: --atomic-write-batch-timeout-ms has no effect: writes that come together"
                    + " share a transaction anyway");
        }
        KvConnectServer server = CommandErrors.started(KvConnectServer.start(options()));
        // The signal that stops the program ends it when this is done.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop().block(), "kv-server-stop"));
        err.println("Listening on " + server.url());
        server.stopped().block();
        return 0;
    }

    /** What the command line says; throws {@link ParameterException}. */
    ServerOptions options() {
        try {
            ServerOptionsBuilder builder = ServerOptions.builder();
            CommandValues.address(addr, builder);
            what(builder);
            how(builder);
            return builder.limits(limits()).build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void what(ServerOptionsBuilder builder) {
        if (accessToken == null || accessToken.isEmpty()) {
            throw new IllegalArgumentException(
                    "an access token is needed: give --access-token TOKEN or set DENO_KV_ACCESS_TOKEN");
        }
        builder.accessToken(accessToken);
        String sqlitePath = parent == null ? null : parent.sqlitePath();
        if (sqlitePath != null && !sqlitePath.isEmpty()) {
            builder.database(CommandValues.isMemory(sqlitePath) ? "memory:" : "sqlite:" + sqlitePath);
        } else if (dataDir == null) {
            throw new IllegalArgumentException("a database is needed: give --sqlite-path FILE, or set"
                    + " DENO_KV_SQLITE_PATH, or give --data-dir DIR for named databases only");
        }
        if (dataDir != null) {
            builder.databaseFolder(CommandValues.folder(dataDir));
        }
        if (databaseId != null) {
            builder.databaseId(databaseId);
        }
        databaseTokens.forEach(builder::databaseToken);
        SqliteOptions.Builder sqlite = SqliteOptions.builder().readers(numWorkers);
        if (isReadOnly) {
            builder.access(ServerOptions.Access.READ_ONLY);
            sqlite.access(SqliteOptions.Access.READ_ONLY);
        }
        builder.databaseOptions(KvOptions.builder().with(sqlite.build()).build());
    }

    private void how(ServerOptionsBuilder builder) {
        builder.tokenLifetime(tokenLifetime).watchPing(watchPing).stopGrace(stopGrace);
        if (publicUrl != null) {
            builder.publicUrl(publicUrl);
        }
        if (trustsForwarded) {
            builder.forwardedHeaders(ServerOptions.ForwardedHeaders.TRUST);
        }
        if ((tlsCertificates == null) != (tlsKey == null)) {
            throw new IllegalArgumentException("--tls-cert and --tls-key are given together or not at all");
        }
        if (tlsCertificates != null && tlsKey != null) {
            builder.tls(tlsCertificates, tlsKey);
        }
        if (eventLoops != null) {
            builder.workers(eventLoops);
        }
        if (hasAccessLog) {
            builder.accessLog(ServerOptions.AccessLog.ON);
        }
        if (hasMetrics) {
            PrometheusPage.addTo(builder);
        }
    }

    private ServerLimits limits() {
        return ServerLimits.builder()
                .bodyBytes(maxBody)
                .headerBytes(maxHeader)
                .connections(maxConnections)
                .streams(maxStreams)
                .watches(maxWatches)
                .answerBytes(maxAnswers)
                .databases(maxDatabases)
                .requestTimeout(requestTimeout)
                .idleTimeout(idleTimeout)
                .slowWatchTimeout(slowWatchTimeout)
                .databaseIdleTime(databaseIdleTime)
                .build();
    }
}
