// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvDatabaseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A file that appears whole or not at all: it is written under a temporary name beside its target, forced to the disk, and then given its name.
 * For backups and exports.
 *
 * <p>Its steps block, on a thread of {@link Schedulers#boundedElastic()}, one at a time in the order in which they are subscribed to. A step that
 * has been taken is not interrupted by a cancel, so that whoever cleans up finds nothing under way.
 */
public final class NewFile {

    private final String operation;
    private final Path target;
    private final Path folder;
    private final Path temporary;
    private final Scheduler.Worker worker = Schedulers.boundedElastic().createWorker();
    private volatile Mono<Void> closeFirst = Mono.empty();

    // Touched by steps only.
    private @Nullable FileChannel channel;
    private boolean isInPlace;

    private NewFile(String operation, Path target) {
        this.operation = operation + " to " + target;
        this.target = target.toAbsolutePath();
        this.folder = this.target.resolveSibling("").toAbsolutePath();
        this.temporary =
                this.target.resolveSibling("." + this.target.getFileName() + "." + Enqueue.randomId() + ".tmp");
    }

    /**
     * Writes a file.
     *
     * @param operation what it is written for, as the messages of errors name it
     * @param target its name; there must be no such file, but its folder
     * @param content given the file under its temporary name, empty, ends when all is written
     * @return the size of the file in bytes, once it and its name are on the disk, on one of Reactor's blocking threads. Errors are those of the
     *     content, and {@link KvDatabaseException} if the file exists or cannot be written; after an error or a cancel nothing is left
     */
    public static Mono<Long> write(String operation, Path target, Function<NewFile, ? extends Publisher<?>> content) {
        Objects.requireNonNull(target, "target");
        return Mono.usingWhen(
                Mono.fromSupplier(() -> new NewFile(operation, target)),
                file -> file.create()
                        .thenMany(
                                Mono.defer(() -> Mono.from(content.apply(file)).then()))
                        .then(Mono.defer(file::finish)),
                file -> Mono.fromRunnable(file.worker::dispose),
                (file, error) -> file.discard(),
                NewFile::discard);
    }

    /**
     * The temporary name, for who writes by himself.
     *
     * @return an absolute path
     */
    public Path path() {
        return temporary;
    }

    /**
     * Adds bytes.
     *
     * @param bytes the bytes, read when the step is taken
     * @return completes when they are written
     */
    public Mono<Void> append(ByteBuffer bytes) {
        return step(() -> {
            if (channel == null) {
                channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
            }
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return null;
        });
    }

    /**
     * Closes something before the file is deleted, after an error or a cancel: what still writes into it.
     *
     * @param close completes when it is closed; its errors do not count
     */
    public void closeFirst(Mono<Void> close) {
        closeFirst = close;
    }

    private Mono<Void> create() {
        return step(() -> {
            // Another one may still come before the end, where it is found too. Most are found here.
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.createFile(temporary);
            return null;
        });
    }

    private Mono<Long> finish() {
        return step(() -> {
            close();
            long size;
            try (FileChannel open = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                open.force(true);
                size = open.size();
            }
            moveInPlace();
            forceFolder();
            return size;
        });
    }

    private Mono<Void> discard() {
        return Mono.defer(() -> closeFirst)
                .onErrorComplete()
                .then(this.<Void>step(() -> {
                    close();
                    deleteTemporary();
                    if (isInPlace) {
                        Files.deleteIfExists(target);
                    }
                    return null;
                }))
                .doFinally(over -> worker.dispose());
    }

    /** With what a database engine puts beside its file: a journal, of a write that failed. */
    private void deleteTemporary() throws IOException {
        String name = temporary.getFileName().toString();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                folder, file -> file.getFileName().toString().startsWith(name))) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Without a folder there is nothing in it.
        }
    }

    /** A rename would replace a target that has appeared meanwhile; a link does not. */
    private void moveInPlace() throws IOException {
        try {
            Files.createLink(target, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without links.
            Files.move(temporary, target);
        }
        isInPlace = true;
        Files.deleteIfExists(temporary);
    }

    /** The name is an entry of the folder. */
    private void forceFolder() throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        } catch (FileSystemException e) {
            // Windows, which opens no folders, keeps names by itself.
        }
    }

    private void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    private <R> Mono<R> step(Callable<@Nullable R> work) {
        return Mono.create(sink -> worker.schedule(() -> {
            try {
                sink.success(work.call());
            } catch (FileAlreadyExistsException e) {
                sink.error(new KvDatabaseException(
                        operation + ": the file exists already; name another, or remove it", e));
            } catch (Exception e) {
                sink.error(new KvDatabaseException(operation + " failed: " + e, e));
            }
        }));
    }
}
