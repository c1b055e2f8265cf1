// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.KvException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import reactor.core.publisher.Mono;

/** What the program says and which code it ends with when it cannot do what it was asked. No text shows a token. */
final class CommandErrors {

    static final int UNFORESEEN = 1;
    static final int USAGE = 2;
    static final int DATABASE = 3;
    static final int ADDRESS = 4;

    private static final String NAME = "kv-reactive-server: ";
    private static final List<String> SECRETS = List.of("--access-token", "--database-token");

    private CommandErrors() {}

    /** Starts a server, and waits for it; throws {@link Failed}. */
    static KvConnectServer started(Mono<KvConnectServer> starting) {
        try {
            return Objects.requireNonNull(starting.block(), "server");
        } catch (KvException e) {
            throw new Failed(DATABASE, e);
        } catch (UncheckedIOException e) {
            throw new Failed(ADDRESS, e);
        } catch (IllegalArgumentException e) {
            throw new Failed(USAGE, e);
        }
    }

    static int ofRun(Exception error, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (error instanceof Failed failed) {
            err.println(NAME + failed.getMessage());
            return failed.code;
        }
        err.println(NAME + "this should not have happened; please report it");
        error.printStackTrace(err);
        return UNFORESEEN;
    }

    static int ofUsage(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(NAME + textOf(error, arguments));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return USAGE;
    }

    private static String textOf(ParameterException error, String[] arguments) {
        if (error instanceof UnmatchedArgumentException unmatched) {
            // What follows an option that is not known may be meant for a secret.
            List<String> options = unmatched.getUnmatched().stream()
                    .filter(argument -> argument.startsWith("-"))
                    .map(argument -> argument.replaceFirst("=.*", ""))
                    .toList();
            return options.isEmpty()
                    ? "there are " + unmatched.getUnmatched().size() + " arguments too many"
                    : "there is no option " + String.join(", ", options);
        }
        String text = String.valueOf(error.getMessage());
        for (String secret : secrets(arguments)) {
            text = text.replace(secret, "REDACTED");
        }
        return text;
    }

    private static List<String> secrets(String[] arguments) {
        List<String> secrets = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            for (String option : SECRETS) {
                if (arguments[i].equals(option) && i + 1 < arguments.length) {
                    secrets.add(arguments[i + 1]);
                } else if (arguments[i].startsWith(option + "=")) {
                    secrets.add(arguments[i].substring(option.length() + 1));
                }
            }
        }
        secrets.removeIf(String::isEmpty);
        return secrets;
    }

    /** The server could not be started, for a reason that the user can do something about. */
    private static final class Failed extends RuntimeException {
        private final int code;

        Failed(int code, RuntimeException cause) {
            super(cause.getMessage(), cause);
            this.code = code;
        }
    }
}
