// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitListTest {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final List<Integer> over = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Numbered extends WaitList.Waiter {
        private final int number;

        Numbered(int number) {
            this.number = number;
        }

        @Override
        void waitIsOver() {
            over.add(number);
        }
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        return loop.submit(task).get();
    }

    private List<Numbered> waiters(int count) {
        List<Numbered> waiters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiters.add(new Numbered(i));
        }
        return waiters;
    }

    @Test
    void waitsEndInTheOrderInWhichTheyBegan() throws Exception {
        WaitList list = new WaitList(loop, Duration.ofMillis(20));
        onLoop(() -> {
            waiters(5).forEach(list::begin);
            return null;
        });
        Waiting.until("all are over", () -> over.size() == 5);
        assertThat(over).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aWaitThatIsEndedOrBegunAnewDoesNotEndAsItWould() throws Exception {
        WaitList list = new WaitList(loop, Duration.ofMillis(20));
        WaitList longer = new WaitList(loop, Duration.ofHours(1));
        onLoop(() -> {
            List<Numbered> waiters = waiters(6);
            waiters.forEach(list::begin);
            WaitList.end(waiters.get(0));
            WaitList.end(waiters.get(0));
            WaitList.end(waiters.get(5));
            WaitList.end(waiters.get(2));
            list.begin(waiters.get(1));
            longer.begin(waiters.get(3));
            return null;
        });
        Waiting.until("all are over", () -> over.size() == 2);
        assertThat(over).containsExactly(4, 1);
    }

    @Test
    void oneThatBeginsAgainWhenItsWaitIsOverWaitsAgain() throws Exception {
        WaitList list = new WaitList(loop, Duration.ofMillis(5));
        WaitList.Waiter again = new WaitList.Waiter() {
            @Override
            void waitIsOver() {
                over.add(over.size());
                if (over.size() < 4) {
                    list.begin(this);
                }
            }
        };
        onLoop(() -> {
            list.begin(again);
            return null;
        });
        Waiting.until("four times", () -> over.size() == 4);
    }
}
