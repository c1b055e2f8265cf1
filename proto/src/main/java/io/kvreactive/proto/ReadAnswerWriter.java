// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import io.kvreactive.spi.RawEntry;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The answer to a read on its way to the wire: the bytes of a {@code SnapshotReadOutput} for every version, written straight into buffers,
 * with no message and no copy in between. A large answer is written in several steps, so that no buffer need hold all of it. Not thread-safe.
 */
public final class ReadAnswerWriter {

    private static final int RANGES = 1;
    private static final int IS_STRONGLY_CONSISTENT = 4;
    private static final int STATUS = 8;
    private static final int VALUES = 1;

    private final List<List<RawEntry>> ranges;
    private final int isStronglyConsistent;
    private final int size;
    private int range;
    private int entry;
    private boolean isTailWritten;

    private ReadAnswerWriter(List<List<RawEntry>> ranges, boolean isStronglyConsistent) {
        this.ranges = ranges;
        this.isStronglyConsistent = isStronglyConsistent ? 1 : 0;
        int all = tailSize();
        for (List<RawEntry> entries : ranges) {
            all = Math.addExact(all, WireOutput.sizeOfMessage(contentSize(entries)));
        }
        this.size = all;
    }

    /**
     * Begins an answer. An entry that has a defect is sent with the encoding 0, which no sound value has: nobody shall take it for sound.
     *
     * @param ranges the entries of each range, in the order of the request; shared
     * @param isStronglyConsistent whether they are of the latest state
     * @return a writer at the beginning
     * @throws ArithmeticException if the answer is larger than a message can be, 2 GiB
     */
    public static ReadAnswerWriter of(List<List<RawEntry>> ranges, boolean isStronglyConsistent) {
        return new ReadAnswerWriter(ranges, isStronglyConsistent);
    }

    /**
     * The size of the whole answer.
     *
     * @return bytes
     */
    public int size() {
        return size;
    }

    /**
     * Tells whether everything has been written.
     *
     * @return true if so
     */
    public boolean isDone() {
        return isTailWritten;
    }

    /**
     * The room that the next call of {@link #writeTo} needs at least: one entry and what stands in front of it.
     *
     * @return bytes
     */
    public int nextSize() {
        if (range == ranges.size()) {
            return isTailWritten ? 0 : tailSize();
        }
        List<RawEntry> entries = ranges.get(range);
        int head = entry == 0 ? WireOutput.sizeOfMessage(contentSize(entries)) - contentSize(entries) : 0;
        return entries.isEmpty() ? head : Math.addExact(head, messageSize(entries.get(entry)));
    }

    /**
     * Writes as many entries as there is room for.
     *
     * @param target has room for {@link #nextSize()} at least; a buffer of {@link #size()} takes everything
     */
    public void writeTo(ByteBuffer target) {
        while (!isTailWritten && nextSize() <= target.remaining()) {
            writeNext(target);
        }
    }

    private void writeNext(ByteBuffer target) {
        if (range == ranges.size()) {
            WireOutput.putNumber(target, IS_STRONGLY_CONSISTENT, isStronglyConsistent);
            WireOutput.putNumber(target, STATUS, ReadAnswer.SUCCESS);
            isTailWritten = true;
            return;
        }
        List<RawEntry> entries = ranges.get(range);
        if (entry == 0) {
            WireOutput.putMessageHead(target, RANGES, contentSize(entries));
        }
        if (entry < entries.size()) {
            RawEntry next = entries.get(entry++);
            WireOutput.putMessageHead(target, VALUES, WireOutput.sizeOf(next));
            WireOutput.put(target, next);
        }
        if (entry == entries.size()) {
            range++;
            entry = 0;
        }
    }

    private int tailSize() {
        return WireOutput.sizeOfNumber(isStronglyConsistent) + WireOutput.sizeOfNumber(ReadAnswer.SUCCESS);
    }

    private static int contentSize(List<RawEntry> entries) {
        int content = 0;
        for (RawEntry each : entries) {
            content = Math.addExact(content, messageSize(each));
        }
        return content;
    }

    private static int messageSize(RawEntry each) {
        return WireOutput.sizeOfMessage(WireOutput.sizeOf(each));
    }
}
