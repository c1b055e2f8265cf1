// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.RawChange;
import io.kvreactive.spi.RawEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From entries of the database to entries of the API, with values of one type. */
final class EntryReader<T> {

    private final ValueCodec codec;
    private final KvType<T> type;
    private final KvObserver observer;

    EntryReader(ValueCodec codec, KvType<T> type, KvObserver observer) {
        this.codec = codec;
        this.type = type;
        this.observer = observer;
    }

    /** The entry; throws {@link KvDecodeException}. */
    KvEntry<T> read(KvKey key, RawEntry raw) {
        if (raw.defect() != null) {
            throw ValueCodec.undecodable(raw.key(), raw.defect(), null);
        }
        T value = codec.decode(raw.key(), raw.value(), type);
        return new KvEntry<>(key, value, raw.value(), raw.versionstamp(), raw.expiresAt());
    }

    KvEntryMaybe<T> readMaybe(KvKey key, List<RawEntry> found) {
        return found.isEmpty() ? KvEntryMaybe.absent(key) : KvEntryMaybe.present(read(key, found.get(0)));
    }

    KvEntryMaybe<T> readChange(RawChange change) {
        KvKey key = KvKey.decodeShared(change.key());
        return change.entry() == null ? KvEntryMaybe.absent(key) : KvEntryMaybe.present(read(key, change.entry()));
    }

    /** The entry of a listing; null for one that is to be left out. */
    @Nullable
    KvEntry<T> read(RawEntry raw, KvSelector.OnDecodeError onError) {
        KvKey key = null;
        try {
            key = KvKey.decodeShared(raw.key());
            return read(key, raw);
        } catch (KvDecodeException e) {
            return switch (onError) {
                case FAIL -> throw e;
                case SKIP -> {
                    observer.entrySkipped(e);
                    yield null;
                }
                case KEEP -> new KvEntry<>(key, raw.key(), null, raw.value(), raw.versionstamp(), raw.expiresAt(), e);
            };
        }
    }
}
