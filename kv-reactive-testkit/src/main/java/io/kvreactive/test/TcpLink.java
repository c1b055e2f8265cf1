// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import java.util.Arrays;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/** One connection through {@link TcpFaults}: two sockets, and what passes between them. */
final class TcpLink {

    private final Connection client;
    private final Connection server;
    private final Supplier<TcpFault> faults;

    // Written by the direction that the name tells, read by the other.
    private volatile boolean hasServerSpoken = true;
    private volatile TcpFault fault = TcpFault.NONE;
    // Of the direction from the client only.
    private int passedBytes;

    TcpLink(Connection client, Connection server, Supplier<TcpFault> faults) {
        this.client = client;
        this.server = server;
        this.faults = faults;
    }

    /** Passes bytes both ways until one side ends, or a fault ends both. */
    Mono<Void> pass() {
        Mono<Void> up = client.inbound()
                .receive()
                .asByteArray()
                .concatMap(this::fromClient)
                .then();
        Mono<Void> down = server.inbound()
                .receive()
                .asByteArray()
                .concatMap(this::fromServer)
                .then();
        return Mono.firstWithSignal(up, down);
    }

    private Publisher<Void> fromClient(byte[] bytes) {
        if (hasServerSpoken) {
            hasServerSpoken = false;
            passedBytes = 0;
            if (fault.kind() != TcpFault.Kind.SILENCE) {
                fault = faults.get();
            }
        }
        TcpFault now = fault;
        switch (now.kind()) {
            case SILENCE -> {
                return Mono.empty();
            }
            case RESET -> {
                int left = now.requestBytes() - passedBytes;
                if (bytes.length >= left) {
                    return toServer(Arrays.copyOf(bytes, Math.max(0, left))).then(Mono.fromRunnable(this::cut));
                }
            }
            default -> {
                // Passed on as it is.
            }
        }
        passedBytes += bytes.length;
        return toServer(bytes);
    }

    private Mono<Void> toServer(byte[] bytes) {
        return bytes.length == 0
                ? Mono.empty()
                : server.outbound().sendByteArray(Mono.just(bytes)).then();
    }

    private Publisher<Void> fromServer(byte[] bytes) {
        hasServerSpoken = true;
        TcpFault now = fault;
        return switch (now.kind()) {
            case SILENCE -> Mono.empty();
            case LOSE_ANSWER -> Mono.fromRunnable(this::cut);
            case SLOW -> slowly(bytes, now);
            case NONE, RESET -> toClient(bytes);
        };
    }

    private Mono<Void> slowly(byte[] bytes, TcpFault slow) {
        int pieces = (bytes.length + slow.pieceBytes() - 1) / slow.pieceBytes();
        return Flux.range(0, pieces)
                .concatMap(i -> {
                    int from = i * slow.pieceBytes();
                    byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + slow.pieceBytes()));
                    return Mono.delay(slow.pause()).then(toClient(piece));
                })
                .then();
    }

    private Mono<Void> toClient(byte[] bytes) {
        return client.outbound().sendByteArray(Mono.just(bytes)).then();
    }

    /** Ends both sides in order, as one of them has done. */
    void end() {
        client.dispose();
        server.dispose();
    }

    /** Resets both sides. */
    void cut() {
        reset(client);
        reset(server);
    }

    /** Ends a connection so that the other side sees an error, and not an orderly end. */
    static void reset(Connection connection) {
        try {
            connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // It has ended by itself.
        }
        connection.dispose();
    }
}
