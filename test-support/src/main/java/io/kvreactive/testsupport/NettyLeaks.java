// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.testsupport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a class of tests after which Netty found a buffer that nobody released. For modules that use Netty: those name it in
 * {@code META-INF/services/org.junit.jupiter.api.extension.Extension} of their tests, switch on {@code junit.jupiter.extensions.autodetection},
 * and run with {@code -Dio.netty.leakDetection.level=paranoid}.
 */
public final class NettyLeaks implements BeforeAllCallback, AfterAllCallback {

    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();
    private static final int ROUNDS = 3;
    private static final long SECOND_MILLIS = 1_000;

    static {
        // Before the first buffer is made: each kind of resource asks for its detector once.
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Factory());
    }

    /** For JUnit. */
    public NettyLeaks() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
            throw new IllegalStateException("run with -Dio.netty.leakDetection.level=paranoid");
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getRequiredTestClass().getEnclosingClass() != null) {
            // A search takes longer than most tests: the outermost class is searched after, for all of its nested ones.
            return;
        }
        List<String> found = take();
        if (!found.isEmpty()) {
            throw new AssertionError(found.size() + " buffers were not released, the first: " + found.get(0));
        }
    }

    /** The leaks that were found since this was asked last, after a search. */
    public static List<String> take() {
        for (int round = 0; round < ROUNDS; round++) {
            collectGarbage();
            // A detector reports what it has found when it is given something new to watch.
            ByteBufAllocator.DEFAULT.heapBuffer().release();
            ByteBufAllocator.DEFAULT.directBuffer().release();
            PooledByteBufAllocator.DEFAULT.compositeBuffer().release();
        }
        List<String> found = List.copyOf(FOUND);
        FOUND.removeAll(found);
        return found;
    }

    /** Until a piece of garbage has been found and handed over, as a forgotten buffer is to its detector. */
    private static void collectGarbage() {
        ReferenceQueue<Object> found = new ReferenceQueue<>();
        WeakReference<Object> garbage = new WeakReference<>(new Object(), found);
        try {
            do {
                System.gc();
            } while (found.remove(SECOND_MILLIS) == null);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            Reference.reachabilityFence(garbage);
        }
    }

    private static final class Factory extends ResourceLeakDetectorFactory {
        @Override
        @Deprecated
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return new Detector<>(resource, samplingInterval);
        }
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {
        Detector(Class<?> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            FOUND.add(resourceType + records);
            super.reportTracedLeak(resourceType, records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            FOUND.add(resourceType);
            super.reportUntracedLeak(resourceType);
        }
    }
}
