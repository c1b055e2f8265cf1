// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.kvreactive.CommitResult;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Translates between the bytes of the data path's messages and the vocabulary of {@code io.kvreactive.spi}, for client and server
 * ({@code docs/spec/kv-connect.md}, section 4). Pure functions.
 *
 * <p>What is decoded is copied out of the message once, and refused with {@link MalformedMessageException} if it is not what the protocol
 * allows. A client must still hold an answer against what it asked for, and a server a request against its limits.
 */
public final class WireMapper {

    /** A frame without a message: the server lives. */
    private static final byte[] PING = new byte[Integer.BYTES];

    /** Several times what any database takes in one request. */
    private static final int MOST_ELEMENTS = 10_000;

    private WireMapper() {}

    // Requests, as a client writes them.

    /**
     * Writes the request of a read.
     *
     * @param ranges what to read
     * @return a {@code SnapshotRead}
     */
    public static byte[] encodeRead(List<ReadRange> ranges) {
        Datapath.SnapshotRead.Builder message = Datapath.SnapshotRead.newBuilder();
        for (ReadRange range : ranges) {
            message.addRanges(Datapath.ReadRange.newBuilder()
                    .setStart(wrap(range.start()))
                    .setEnd(wrap(range.end()))
                    .setLimit(range.limit())
                    .setReverse(range.isReverse()));
        }
        return message.build().toByteArray();
    }

    /**
     * Writes the request of a write.
     *
     * <p>An empty backoff schedule of a message cannot be told: the wire has no difference between it and the server's default.
     *
     * @param write what to write
     * @return an {@code AtomicWrite}
     */
    public static byte[] encodeWrite(AtomicWrite write) {
        return WireWrites.toWire(write).toByteArray();
    }

    /**
     * Writes the request of a watch.
     *
     * @param keys the encoded keys
     * @return a {@code Watch}
     */
    public static byte[] encodeWatch(List<byte[]> keys) {
        Datapath.Watch.Builder message = Datapath.Watch.newBuilder();
        keys.forEach(key -> message.addKeys(Datapath.WatchKey.newBuilder().setKey(wrap(key))));
        return message.build().toByteArray();
    }

    // Requests, as a server reads them.

    /**
     * Reads the request of a read.
     *
     * @param body a {@code SnapshotRead}
     * @return what to read, of any number, each with a limit of 1 or more
     * @throws MalformedMessageException if the body is anything else
     */
    public static List<ReadRange> decodeRead(byte[] body) {
        return decodeRead(ByteBuffer.wrap(body));
    }

    /**
     * As {@link #decodeRead(byte[])}, from the remaining bytes of a buffer, which nothing of the result refers to.
     *
     * @param body a {@code SnapshotRead}
     * @return what to read
     * @throws MalformedMessageException if the body is anything else
     */
    public static List<ReadRange> decodeRead(ByteBuffer body) {
        List<ReadRange> ranges = new ArrayList<>();
        for (Datapath.ReadRange range : parseRequest("SnapshotRead", Datapath.SnapshotRead.parser(), body)
                .getRangesList()) {
            if (range.getLimit() < 1) {
                throw malformed("the limit of range " + ranges.size() + " is " + range.getLimit() + ", not 1 or more");
            }
            byte[] start = range.getStart().toByteArray();
            byte[] end = range.getEnd().toByteArray();
            ranges.add(
                    range.getReverse()
                            ? ReadRange.descending(start, end, range.getLimit())
                            : ReadRange.ascending(start, end, range.getLimit()));
        }
        return ranges;
    }

    /**
     * Reads the request of a write.
     *
     * @param body an {@code AtomicWrite}
     * @return what to write
     * @throws MalformedMessageException if the body is anything else: a value without a known encoding, say, or a counter that has not eight
     *     bytes, which foreign readers cannot stand
     */
    public static AtomicWrite decodeWrite(byte[] body) {
        return decodeWrite(ByteBuffer.wrap(body));
    }

    /**
     * As {@link #decodeWrite(byte[])}, from the remaining bytes of a buffer, which nothing of the result refers to.
     *
     * @param body an {@code AtomicWrite}
     * @return what to write
     * @throws MalformedMessageException if the body is anything else
     */
    public static AtomicWrite decodeWrite(ByteBuffer body) {
        return WireWrites.fromWire(parseRequest("AtomicWrite", Datapath.AtomicWrite.parser(), body));
    }

    /**
     * Reads the request of a watch.
     *
     * @param body a {@code Watch}
     * @return the encoded keys, of any number
     * @throws MalformedMessageException if the body is anything else
     */
    public static List<byte[]> decodeWatch(byte[] body) {
        return decodeWatch(ByteBuffer.wrap(body));
    }

    /**
     * As {@link #decodeWatch(byte[])}, from the remaining bytes of a buffer, which nothing of the result refers to.
     *
     * @param body a {@code Watch}
     * @return the encoded keys
     * @throws MalformedMessageException if the body is anything else
     */
    public static List<byte[]> decodeWatch(ByteBuffer body) {
        return arrays(parseRequest("Watch", Datapath.Watch.parser(), body).getKeysList(), Datapath.WatchKey::getKey);
    }

    /** A message of many empty elements takes a hundred times its own size in memory: they are counted first. */
    private static <M> M parseRequest(String name, Parser<M> parser, ByteBuffer body) {
        CodedInputStream input =
                UnsafeByteOperations.unsafeWrap(body.duplicate()).newCodedInput();
        try {
            int elements = 0;
            for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
                if (++elements > MOST_ELEMENTS) {
                    throw malformed("the body has more than " + MOST_ELEMENTS + " elements");
                }
                input.skipField(tag);
            }
        } catch (IOException e) {
            throw garbled(name, e);
        }
        return parse(name, parser, UnsafeByteOperations.unsafeWrap(body.duplicate()));
    }

    // Answers, as a server writes them.

    /**
     * Writes the answer to a read, for every version. An entry that has a defect is sent with the encoding 0, which no sound value has: nobody
     * shall take it for sound.
     *
     * @param ranges the entries of each range, in the order of the request
     * @param isStronglyConsistent whether they are of the latest state
     * @return a {@code SnapshotReadOutput}
     */
    public static byte[] encodeReadAnswer(List<List<RawEntry>> ranges, boolean isStronglyConsistent) {
        ReadAnswerWriter writer = ReadAnswerWriter.of(ranges, isStronglyConsistent);
        ByteBuffer answer = ByteBuffer.allocate(writer.size());
        writer.writeTo(answer);
        return answer.array();
    }

    /**
     * Writes the answer of a server that cannot read now, for every version.
     *
     * @return a {@code SnapshotReadOutput}
     */
    public static byte[] encodeReadDisabled() {
        return Datapath.SnapshotReadOutput.newBuilder()
                .setReadDisabled(true)
                .setStatus(Datapath.SnapshotReadStatus.SR_READ_DISABLED)
                .build()
                .toByteArray();
    }

    /**
     * Writes the answer to a write.
     *
     * @param result what became of it
     * @return an {@code AtomicWriteOutput}
     */
    public static byte[] encodeWriteAnswer(CommitResult result) {
        Datapath.AtomicWriteOutput.Builder message = Datapath.AtomicWriteOutput.newBuilder();
        if (result instanceof CommitResult.Committed committed) {
            message.setStatus(Datapath.AtomicWriteStatus.AW_SUCCESS)
                    .setVersionstamp(wrap(committed.versionstamp().toByteArray()));
        } else {
            message.setStatus(Datapath.AtomicWriteStatus.AW_CHECK_FAILURE)
                    .addAllFailedChecks(((CommitResult.Conflict) result).failedChecks());
        }
        return message.build().toByteArray();
    }

    /**
     * Writes the answer of a server that cannot write now.
     *
     * @return an {@code AtomicWriteOutput}
     */
    public static byte[] encodeWriteDisabled() {
        return Datapath.AtomicWriteOutput.newBuilder()
                .setStatus(Datapath.AtomicWriteStatus.AW_WRITE_DISABLED)
                .build()
                .toByteArray();
    }

    /**
     * Writes a frame of a watch, its length in front, in which a key that has not changed is told as such. The protocol means it so; our server
     * uses {@link WatchFrames}, which says why it does not.
     *
     * @param before what the frame before told; null for the first frame, in which every key counts as changed
     * @param now for each watched key no entry or one
     * @return the length, four bytes little-endian, and a {@code WatchOutput}
     */
    public static byte[] encodeWatchFrame(@Nullable List<List<RawEntry>> before, List<List<RawEntry>> now) {
        return WatchFrames.frame(before == null ? null : WatchFrames.versionsOf(before), now);
    }

    /**
     * Writes the frame of a server that cannot read now, its length in front.
     *
     * @return the length, four bytes little-endian, and a {@code WatchOutput}
     */
    public static byte[] encodeWatchDisabledFrame() {
        return framed(Datapath.WatchOutput.newBuilder()
                .setStatus(Datapath.SnapshotReadStatus.SR_READ_DISABLED)
                .build());
    }

    /**
     * Writes the frame that is only a sign of life.
     *
     * @return four bytes, all zero
     */
    public static byte[] encodeWatchPing() {
        return PING.clone();
    }

    private static byte[] framed(MessageLite message) {
        byte[] body = message.toByteArray();
        return ByteBuffer.allocate(Integer.BYTES + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(body.length)
                .put(body)
                .array();
    }

    // Answers, as a client reads them.

    /**
     * Reads the answer to a read. Values are taken as they are, of whatever encoding: one bad value must not make a listing unreadable.
     *
     * @param body a {@code SnapshotReadOutput}
     * @return the answer
     * @throws MalformedMessageException if the body is anything else, or a versionstamp has not ten bytes
     */
    public static ReadAnswer decodeReadAnswer(byte[] body) {
        Datapath.SnapshotReadOutput message = parse("SnapshotReadOutput", Datapath.SnapshotReadOutput.parser(), body);
        List<List<RawEntry>> ranges = new ArrayList<>(message.getRangesCount());
        for (Datapath.ReadRangeOutput range : message.getRangesList()) {
            List<RawEntry> entries = new ArrayList<>(range.getValuesCount());
            for (Datapath.KvEntry entry : range.getValuesList()) {
                entries.add(fromWire(entry, entries.size()));
            }
            ranges.add(entries);
        }
        return new ReadAnswer(
                message.getStatusValue(), message.getReadDisabled(), message.getReadIsStronglyConsistent(), ranges);
    }

    private static RawEntry fromWire(Datapath.KvEntry entry, int index) {
        return RawEntry.of(
                entry.getKey().toByteArray(),
                KvValue.wrap(entry.getEncodingValue(), entry.getValue().toByteArray()),
                versionstamp(entry.getVersionstamp(), "entry", index),
                null);
    }

    /**
     * Reads the answer to a write.
     *
     * @param body an {@code AtomicWriteOutput}
     * @return the answer
     * @throws MalformedMessageException if the body is anything else, or the versionstamp of a success has not ten bytes
     */
    public static WriteAnswer decodeWriteAnswer(byte[] body) {
        Datapath.AtomicWriteOutput message = parse("AtomicWriteOutput", Datapath.AtomicWriteOutput.parser(), body);
        int status = message.getStatusValue();
        return new WriteAnswer(
                status,
                status == WriteAnswer.SUCCESS ? versionstamp(message.getVersionstamp(), "commit", 0) : null,
                message.getFailedChecksList());
    }

    /**
     * Reads a frame of a watch.
     *
     * @param body a {@code WatchOutput}, without the length in front of it
     * @return the answer
     * @throws MalformedMessageException if the body is anything else, or a versionstamp has not ten bytes
     */
    public static WatchAnswer decodeWatchAnswer(byte[] body) {
        Datapath.WatchOutput message = parse("WatchOutput", Datapath.WatchOutput.parser(), body);
        List<WatchAnswer.Key> keys = new ArrayList<>(message.getKeysCount());
        for (Datapath.WatchKeyOutput key : message.getKeysList()) {
            RawEntry entry =
                    key.getChanged() && key.hasEntryIfChanged() ? fromWire(key.getEntryIfChanged(), keys.size()) : null;
            keys.add(new WatchAnswer.Key(key.getChanged(), entry));
        }
        return new WatchAnswer(message.getStatusValue(), keys);
    }

    // Both.

    static ByteString wrap(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    static Versionstamp versionstamp(ByteString bytes, String what, int index) {
        if (bytes.size() != Versionstamp.BYTES) {
            throw malformed("the versionstamp of " + what + " " + index + " has " + bytes.size() + " bytes, not ten");
        }
        return Versionstamp.of(bytes.toByteArray());
    }

    static <T> List<byte[]> arrays(List<T> from, Function<T, ByteString> bytes) {
        List<byte[]> arrays = new ArrayList<>(from.size());
        from.forEach(element -> arrays.add(bytes.apply(element).toByteArray()));
        return arrays;
    }

    private static <M> M parse(String name, Parser<M> parser, byte[] body) {
        return parse(name, parser, wrap(body));
    }

    /** The message with its bytes still where they are in the body, so that each is copied once only. */
    private static <M> M parse(String name, Parser<M> parser, ByteString body) {
        CodedInputStream input = body.newCodedInput();
        input.enableAliasing(true);
        try {
            M message = parser.parseFrom(input);
            input.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw garbled(name, e);
        }
    }

    private static MalformedMessageException garbled(String name, IOException cause) {
        return new MalformedMessageException("the body is no " + name + ": it is cut off or garbled", cause);
    }

    static MalformedMessageException malformed(String message) {
        return new MalformedMessageException(message, null);
    }
}
