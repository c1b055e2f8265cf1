// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A proxy that speaks HTTP's CONNECT, SOCKS 4a and SOCKS 5, and leads to one port, whatever host is asked for: it is who knows the names. */
final class TestProxy implements AutoCloseable {

    /** What a client asked for: a host and a port as it named them, and the user that it claimed to be. */
    record Asked(String protocol, String target, String user) {}

    private static final int SOCKS4 = 4;
    private static final int SOCKS5 = 5;
    private static final int BY_PASSWORD = 2;
    private static final int BY_NAME = 3;

    private final ServerSocket listening;
    private final int to;
    private final @Nullable String demanded;
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    /** {@code demanded} is the user and password without which HTTP's CONNECT is refused, as {@code user:password}; null for none. */
    TestProxy(int to, @Nullable String demanded) throws IOException {
        this.to = to;
        this.demanded = demanded;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(() -> {
            while (true) {
                Socket client = listening.accept();
                open.add(client);
                start(() -> serve(client));
            }
        });
    }

    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Closeable socket : open) {
            socket.close();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One of the two has gone.
                    }
                },
                "test-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = client.getOutputStream();
        int first = in.read();
        boolean isGranted = switch (first) {
            case SOCKS4 -> socks4(in, out);
            case SOCKS5 -> socks5(in, out);
            default -> connect(first, in, out);
        };
        if (!isGranted) {
            client.close();
            return;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), to);
        open.add(server);
        start(() -> pass(server, client));
        pass(client, server);
    }

    private static void pass(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    private boolean connect(int first, DataInputStream in, OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder().append((char) first);
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        String user = "";
        String[] lines = head.toString().split("\r\n");
        for (String line : lines) {
            if (line.toLowerCase().startsWith("proxy-authorization: basic ")) {
                byte[] decoded = Base64.getDecoder().decode(line.substring(line.lastIndexOf(' ') + 1));
                user = new String(decoded, StandardCharsets.UTF_8);
            }
        }
        String[] request = lines[0].split(" ");
        asked.add(new Asked(request[0], request[1], user));
        boolean isGranted = demanded == null || demanded.equals(user);
        String status = isGranted ? "200 go on" : "407 who are you";
        out.write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return isGranted;
    }

    private boolean socks4(DataInputStream in, OutputStream out) throws IOException {
        in.readByte();
        int port = in.readUnsignedShort();
        // An address that none has: the name follows.
        in.readInt();
        String user = text(in);
        asked.add(new Asked("SOCKS4", text(in) + ":" + port, user));
        out.write(new byte[] {0, 0x5A, 0, 0, 0, 0, 0, 0});
        return true;
    }

    private static String text(DataInputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != 0; c = in.readUnsignedByte()) {
            text.append((char) c);
        }
        return text.toString();
    }

    private boolean socks5(DataInputStream in, OutputStream out) throws IOException {
        String user = "";
        byte[] methods = in.readNBytes(in.readUnsignedByte());
        if (new String(methods, StandardCharsets.ISO_8859_1).indexOf(BY_PASSWORD) >= 0) {
            out.write(new byte[] {SOCKS5, BY_PASSWORD});
            in.readByte();
            user = counted(in) + ":" + counted(in);
            out.write(new byte[] {1, 0});
        } else {
            out.write(new byte[] {SOCKS5, 0});
        }
        in.readNBytes(3);
        String host = in.readByte() == BY_NAME ? counted(in) : "an address " + in.readInt();
        asked.add(new Asked("SOCKS5", host + ":" + in.readUnsignedShort(), user));
        out.write(new byte[] {SOCKS5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        return true;
    }

    private static String counted(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
    }
}
