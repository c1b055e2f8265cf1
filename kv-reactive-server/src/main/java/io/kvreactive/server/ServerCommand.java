// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program without a subcommand: what all of them share. */
@Command(
        name = "kv-reactive-server",
        description = "Deno KV databases over KV Connect, for Deno, Node, Python and Java.",
        mixinStandardHelpOptions = true,
        versionProvider = ServerCommand.Version.class,
        synopsisSubcommandLabel = "serve",
        subcommands = ServeCommand.class,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:ended in order, or asked for help",
            "1:something that nobody foresaw",
            "2:the command line is wrong",
            "3:the database cannot be opened",
            "4:the address cannot be listened on"
        })
final class ServerCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--sqlite-path",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:DENO_KV_SQLITE_PATH}",
            description =
                    "The SQLite file of the database under /, made if it is not there; memory: keeps it in memory."
                            + " Or set DENO_KV_SQLITE_PATH.")
    private @Nullable String sqlitePath;

    @Nullable
    String sqlitePath() {
        return sqlitePath;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "There is nothing to do; say serve.");
    }

    /** What the manifest of the jar says. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"kv-reactive-server " + (version == null ? "in development" : version)};
        }
    }
}
