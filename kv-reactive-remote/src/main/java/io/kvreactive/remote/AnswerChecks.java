// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds what a server answers to a read against what it was asked ({@code docs/spec/kv-connect.md}, section 4.1, step 5). Pure functions. */
final class AnswerChecks {

    private AnswerChecks() {}

    /** What is wrong with an answer; null if nothing is. */
    static @Nullable String defect(List<ReadRange> asked, List<List<RawEntry>> answered) {
        if (answered.size() != asked.size()) {
            return "the answer has " + answered.size() + " ranges, asked for were " + asked.size();
        }
        for (int i = 0; i < asked.size(); i++) {
            String defect = defect(asked.get(i), answered.get(i));
            if (defect != null) {
                return "the answer to range " + i + " " + defect;
            }
        }
        return null;
    }

    private static @Nullable String defect(ReadRange asked, List<RawEntry> entries) {
        if (entries.size() > asked.limit()) {
            return "has " + entries.size() + " entries, asked for were " + asked.limit();
        }
        byte[] before = null;
        for (RawEntry entry : entries) {
            byte[] key = entry.key();
            if (Arrays.compareUnsigned(key, asked.start()) < 0 || Arrays.compareUnsigned(key, asked.end()) >= 0) {
                return "has a key outside of it";
            }
            if (before != null && !isInOrder(asked, before, key)) {
                return "is out of order";
            }
            before = key;
        }
        return null;
    }

    private static boolean isInOrder(ReadRange asked, byte[] before, byte[] key) {
        int order = Arrays.compareUnsigned(before, key);
        return asked.isReverse() ? order > 0 : order < 0;
    }
}
