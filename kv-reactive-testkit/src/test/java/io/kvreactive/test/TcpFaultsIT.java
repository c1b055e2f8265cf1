// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy between plain sockets: a client that asks, and a server that answers each line with the same in capitals. */
class TcpFaultsIT {

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private ServerSocket server;
    private Thread serving;
    private TcpFaults network;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        serving = new Thread(this::serve, "echo");
        serving.setDaemon(true);
        serving.start();
        network = TcpFaults.inFrontOf("127.0.0.1", server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        network.close();
        server.close();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> serve(socket), "echo-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            StringBuilder line = new StringBuilder();
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                line.append((char) next);
                if (next == '\n') {
                    received.add(line.toString().strip());
                    socket.getOutputStream().write(line.toString().toUpperCase().getBytes(StandardCharsets.US_ASCII));
                    line.setLength(0);
                }
            }
            received.add(line.isEmpty() ? "end" : line + " and no more");
        } catch (IOException e) {
            received.add(e instanceof SocketException ? "reset" : e.toString());
        }
    }

    /** A client of its own for each use. */
    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", network.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String line(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return line + " and the end";
            }
            line.append((char) next);
        }
        return line.toString();
    }

    private static String ask(Socket socket, String text) throws IOException {
        send(socket, text + "\n");
        return line(socket);
    }

    @Test
    void whatIsNotPlannedIsPassedOn() throws Exception {
        try (Socket socket = connect();
                Socket other = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("ONE");
            assertThat(ask(other, "two")).isEqualTo("TWO");
            assertThat(ask(socket, "three")).isEqualTo("THREE");
            assertThat(network.open()).isEqualTo(2);
        }
        assertThat(network.accepted()).isEqualTo(2);
        assertThat(network.met()).isZero();
        assertThat(received()).isEqualTo("one");
        assertThat(received()).isEqualTo("two");
        assertThat(received()).isEqualTo("three");
        // The end of a connection is passed on as what it is, too.
        assertThat(received()).isEqualTo("end");
        assertThat(received()).isEqualTo("end");
    }

    private String received() throws InterruptedException {
        return String.valueOf(received.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void aRequestThatIsResetBeforeItBeginsIsNeverSeen() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("ONE");
            network.resetBeforeRequest();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(socket, "two"));
        }
        assertThat(received).doesNotContain("two");
        assertThat(network.met()).isEqualTo(1);
        try (Socket socket = connect()) {
            assertThat(ask(socket, "three")).isEqualTo("THREE");
        }
    }

    @Test
    void aRequestThatIsResetWithinIsSeenInPart() throws IOException {
        network.resetWithinRequest(2);
        try (Socket socket = connect()) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(socket, "hello"));
        }
        try (Socket socket = connect()) {
            assertThat(ask(socket, "again")).isEqualTo("AGAIN");
        }
        assertThat(received).doesNotContain("hello");
    }

    @Test
    void aRequestThatIsResetAfterwardsHasBeenServed() throws IOException {
        network.resetAfterRequest();
        try (Socket socket = connect()) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(socket, "one"));
        }
        assertThat(received).contains("one");
    }

    @Test
    void aHalfOpenConnectionTakesEverythingAndAnswersNothing() throws IOException {
        network.goSilent();
        try (Socket socket = connect()) {
            socket.setSoTimeout(200);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(socket, "one"));
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(socket, "two"));
            assertThat(received).isEmpty();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (network.met() == 0) {
                assertThat(System.nanoTime()).as("the fault is met").isLessThan(end);
                Thread.onSpinWait();
            }
            // Others are not disturbed.
            try (Socket other = connect()) {
                assertThat(ask(other, "three")).isEqualTo("THREE");
            }
        }
    }

    @Test
    void aSlowAnswerComesInPieces() throws IOException {
        network.slow(1, Duration.ofMillis(1));
        try (Socket socket = connect()) {
            long begin = System.nanoTime();
            assertThat(ask(socket, "slowly")).isEqualTo("SLOWLY");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(6));
            assertThat(ask(socket, "again")).isEqualTo("AGAIN");
        }
    }

    @Test
    void connectionsAreRefusedForAWhile() throws IOException {
        try (Socket before = connect()) {
            assertThat(ask(before, "one")).isEqualTo("ONE");
            network.refuse();
            assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
            assertThat(ask(before, "two")).isEqualTo("TWO");
            network.accept();
            try (Socket after = connect()) {
                assertThat(ask(after, "three")).isEqualTo("THREE");
            }
        }
    }

    @Test
    void allConnectionsAreCut() throws IOException {
        try (Socket one = connect();
                Socket two = connect()) {
            ask(one, "a");
            ask(two, "b");
            network.cutAll();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(one, "c"));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(two, "d"));
        }
        assertThat(received).doesNotContain("c", "d");
    }

    @Test
    void aServerThatIsNotThereLooksLikeOneThatHangsUp() throws IOException, InterruptedException {
        server.close();
        // A thread that waits for a connection may still be given one until it has seen the end.
        serving.join();
        String answer;
        try (Socket socket = connect()) {
            answer = ask(socket, "one");
        } catch (IOException e) {
            answer = "";
        }
        assertThat(answer).isIn("", " and the end");
        assertThat(received).isEmpty();
    }

    @Test
    void whatIsTakenBackDoesNotHappen() throws IOException {
        network.resetBeforeRequest();
        network.clear();
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("ONE");
        }
    }
}
