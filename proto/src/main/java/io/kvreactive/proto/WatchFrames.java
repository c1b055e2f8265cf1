// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import io.kvreactive.Versionstamp;
import io.kvreactive.spi.RawEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one watch, as a server writes them ({@code docs/spec/kv-connect.md}, section 4.3): one for each state of the watched keys that is
 * another than the one before. Every key is told as changed, though the protocol would have it otherwise for those that are not: Deno's client
 * takes a key that has not changed for absent. It remembers versions, not values, so that a watch costs little. Not thread-safe.
 */
public final class WatchFrames {

    private static final int STATUS = 1;
    private static final int KEYS = 2;
    private static final int CHANGED = 1;
    private static final int ENTRY = 2;

    /** Null before the first frame; null elements are absent keys. */
    private @Nullable Versionstamp @Nullable [] told;

    private WatchFrames() {}

    /**
     * The frames of a watch that begins.
     *
     * @return frames, of which none has been written
     */
    public static WatchFrames begin() {
        return new WatchFrames();
    }

    /**
     * Writes the frame of a state, its length in front.
     *
     * @param state for each watched key no entry or one
     * @return the length, four bytes little-endian, and a {@code WatchOutput}; or null if nothing has changed, and there is nothing to tell
     */
    public byte @Nullable [] next(List<List<RawEntry>> state) {
        @Nullable Versionstamp[] now = versionsOf(state);
        @Nullable Versionstamp[] before = told;
        if (before != null && Arrays.equals(before, now)) {
            return null;
        }
        told = now;
        return frame(null, state);
    }

    static @Nullable Versionstamp[] versionsOf(List<List<RawEntry>> state) {
        @Nullable Versionstamp[] versions = new Versionstamp[state.size()];
        for (int i = 0; i < versions.length; i++) {
            List<RawEntry> found = state.get(i);
            versions[i] = found.isEmpty() ? null : found.get(0).versionstamp();
        }
        return versions;
    }

    static byte[] frame(@Nullable Versionstamp @Nullable [] before, List<List<RawEntry>> state) {
        @Nullable Versionstamp[] now = versionsOf(state);
        boolean[] isChanged = new boolean[now.length];
        int size = WireOutput.sizeOfNumber(ReadAnswer.SUCCESS);
        for (int i = 0; i < now.length; i++) {
            isChanged[i] = before == null || !Objects.equals(before[i], now[i]);
            size = Math.addExact(size, WireOutput.sizeOfMessage(contentSize(isChanged[i], state.get(i))));
        }
        ByteBuffer target =
                ByteBuffer.allocate(Math.addExact(Integer.BYTES, size)).order(ByteOrder.LITTLE_ENDIAN);
        target.putInt(size);
        WireOutput.putNumber(target, STATUS, ReadAnswer.SUCCESS);
        for (int i = 0; i < now.length; i++) {
            put(target, isChanged[i], state.get(i));
        }
        return target.array();
    }

    private static void put(ByteBuffer target, boolean isChanged, List<RawEntry> found) {
        WireOutput.putMessageHead(target, KEYS, contentSize(isChanged, found));
        WireOutput.putNumber(target, CHANGED, isChanged ? 1 : 0);
        if (isChanged && !found.isEmpty()) {
            WireOutput.putMessageHead(target, ENTRY, WireOutput.sizeOf(found.get(0)));
            WireOutput.put(target, found.get(0));
        }
    }

    private static int contentSize(boolean isChanged, List<RawEntry> found) {
        if (!isChanged) {
            return 0;
        }
        int flag = WireOutput.sizeOfNumber(1);
        return found.isEmpty() ? flag : flag + WireOutput.sizeOfMessage(WireOutput.sizeOf(found.get(0)));
    }
}
