// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is open while a value is written token by token, and whether a token may come next. */
final class Nesting {

    /** The rank of the cause among the fields of an error. */
    static final int CAUSE = 3;

    private final V8Options options;
    private final Supplier<String> path;
    private final Roots roots;
    private OpenContainers.Frame[] frames = new OpenContainers.Frame[8];
    private int depth;
    private int outerDepth;
    private boolean rootWritten;

    Nesting(V8Options options, Supplier<String> path, Roots roots) {
        this.options = options;
        this.path = path;
        this.roots = roots;
    }

    /** Counts levels around this value as well. */
    void startAt(int depth) {
        outerDepth = depth;
    }

    int depth() {
        return depth + outerDepth;
    }

    boolean isComplete() {
        return depth == 0 && rootWritten;
    }

    void open(byte kind, int id, long length) {
        if (depth + outerDepth >= options.maxDepth()) {
            throw new V8UnsupportedException(
                    V8UnsupportedException.Reason.TOO_DEEP,
                    "more than the " + options.maxDepth() + " levels that V8Options.maxDepth allows",
                    path.get(),
                    -1);
        }
        if (depth == frames.length) {
            frames = Arrays.copyOf(frames, depth * 2);
        }
        OpenContainers.Frame frame = frames[depth];
        if (frame == null) {
            frame = new OpenContainers.Frame();
            frames[depth] = frame;
        }
        depth++;
        frame.open(kind, id, length);
    }

    OpenContainers.Frame close(byte kind) {
        OpenContainers.Frame frame = top();
        if (frame == null || frame.kind != kind) {
            throw new IllegalStateException("the end of something that is not open");
        }
        boolean complete = switch (kind) {
            case Tag.DENSE -> frame.items == frame.length && frame.keyNext;
            case Tag.MAP -> frame.properties % 2 == 0;
            case Tag.HOST -> frame.properties == 1;
            case Tag.ERROR -> !frame.expectsCause;
            default -> frame.keyNext;
        };
        if (!complete) {
            throw new IllegalStateException("the end before all that was promised");
        }
        depth--;
        return frame;
    }

    void hole() {
        OpenContainers.Frame frame = top();
        if (frame == null || frame.kind != Tag.DENSE || frame.items >= frame.length) {
            throw new IllegalStateException("a hole stands among the elements of a dense array only");
        }
        frame.hole();
    }

    /** Takes note of a field of an error: 1 message, 2 stack, 3 cause. */
    void errorField(int rank) {
        OpenContainers.Frame frame = top();
        if (frame == null || frame.kind != Tag.ERROR || frame.items >= rank || frame.expectsCause) {
            throw new IllegalStateException("the fields of an error are message, stack, cause, in this order and once");
        }
        frame.items = rank;
        frame.expectsCause = rank == CAUSE;
    }

    /** Takes note of a value, or of a key where one must stand. */
    void begin(@Nullable V8Key keyOrNull) {
        OpenContainers.Frame frame = top();
        if (isKeyNext(frame)) {
            requireKey(
                    frame,
                    Objects.requireNonNullElseGet(keyOrNull, () -> {
                                throw new IllegalStateException("a property key must be a string or a number");
                            })
                            .text());
        }
    }

    /** Takes note of a string, which is the key where one must stand. */
    void begin(String text) {
        OpenContainers.Frame frame = top();
        if (isKeyNext(frame)) {
            requireKey(frame, text);
        }
    }

    /** Takes note of a number, which is the key where one must stand. */
    void begin(double number) {
        OpenContainers.Frame frame = top();
        if (isKeyNext(frame)) {
            requireKey(frame, NumberText.of(number));
        }
    }

    /** Whether a key must stand here; if not, a value is taken note of. */
    private boolean isKeyNext(OpenContainers.@Nullable Frame frame) {
        if (frame == null) {
            if (rootWritten && roots == Roots.ONE) {
                throw new IllegalStateException("the value is complete: there is one");
            }
            rootWritten = true;
            return false;
        }
        switch (frame.kind) {
            case Tag.MAP, Tag.SET -> frame.properties++;
            case Tag.HOST -> onlyValue(frame);
            case Tag.ERROR -> cause(frame);
            default -> {
                return elementOrKey(frame);
            }
        }
        return false;
    }

    private static void onlyValue(OpenContainers.Frame frame) {
        if (frame.properties++ > 0) {
            throw new IllegalStateException("a host object holds one value");
        }
    }

    private static void cause(OpenContainers.Frame frame) {
        if (!frame.expectsCause) {
            throw new IllegalStateException("a value in an error without errorCause()");
        }
        frame.expectsCause = false;
    }

    private static boolean elementOrKey(OpenContainers.Frame frame) {
        if (frame.kind == Tag.DENSE && frame.items < frame.length) {
            frame.items++;
            return false;
        }
        if (!frame.keyNext) {
            frame.keyNext = true;
            return false;
        }
        return true;
    }

    private void requireKey(OpenContainers.@Nullable Frame frame, String text) {
        Objects.requireNonNull(frame, "frame").keyNext = false;
        frame.properties++;
        long index = frame.kind == Tag.OBJECT ? -1 : NumberText.index(text);
        boolean fresh;
        if (index < 0) {
            fresh = frame.addKey(text) && !(frame.isArray() && text.equals("length"));
        } else {
            fresh = frame.addIndex(index)
                    && (index < frame.length || options.strictness() == V8Options.Strictness.AS_V8);
        }
        if (!fresh) {
            throw new V8LossyConversionException(
                    "a property key that was there before, or that its array cannot have: one of two would be lost",
                    path.get(),
                    -1);
        }
    }

    private OpenContainers.@Nullable Frame top() {
        return depth == 0 ? null : frames[depth - 1];
    }

    /** How many values there may be on the outermost level. */
    enum Roots {
        ONE,
        MANY
    }
}
