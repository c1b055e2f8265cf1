// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvConsistency;
import io.kvreactive.remote.DatabaseMetadata.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EndpointSelectorTest {

    private static final Endpoint STRONG = new Endpoint(URI.create("https://strong/v2"), KvConsistency.STRONG);
    private static final Endpoint SECOND = new Endpoint(URI.create("https://second/v2"), KvConsistency.STRONG);
    private static final Endpoint NEAR = new Endpoint(URI.create("https://near/v2"), KvConsistency.EVENTUAL);

    private final AtomicLong now = new AtomicLong(-5);
    private final EndpointSelector selector = new EndpointSelector(now::get);

    private static DatabaseMetadata metadata(Endpoint... endpoints) {
        return DatabaseMetadata.of(3, "id", List.of(endpoints), "token", Instant.MAX);
    }

    private Endpoint select(DatabaseMetadata metadata, KvConsistency consistency) {
        return selector.select(metadata, consistency);
    }

    /** A request, and how long it took. */
    private Endpoint use(DatabaseMetadata metadata, KvConsistency consistency, long strongMillis, long otherMillis) {
        Endpoint endpoint = select(metadata, consistency);
        long millis = endpoint.equals(STRONG) ? strongMillis : otherMillis;
        selector.answered(endpoint.url(), Duration.ofMillis(millis).toNanos());
        return endpoint;
    }

    private void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
    }

    @Test
    void strongRequestsGoToStrongEndpointsOnly() {
        DatabaseMetadata metadata = metadata(NEAR, STRONG);
        for (int i = 0; i < 100; i++) {
            assertThat(use(metadata, KvConsistency.STRONG, 50, 1)).isEqualTo(STRONG);
            pass(Duration.ofSeconds(7));
        }
    }

    @Test
    void eventualRequestsGoToTheFasterOnceBothAreKnown() {
        DatabaseMetadata metadata = metadata(STRONG, NEAR);
        assertThat(List.of(use(metadata, KvConsistency.EVENTUAL, 50, 1), use(metadata, KvConsistency.EVENTUAL, 50, 1)))
                .containsExactlyInAnyOrder(STRONG, NEAR);
        for (int i = 0; i < 100; i++) {
            assertThat(use(metadata, KvConsistency.EVENTUAL, 50, 1)).isEqualTo(NEAR);
        }
    }

    @Test
    void theStrongOneServesEventualReadsWhereItIsTheFaster() {
        DatabaseMetadata metadata = metadata(NEAR, STRONG);
        use(metadata, KvConsistency.EVENTUAL, 1, 50);
        use(metadata, KvConsistency.EVENTUAL, 1, 50);
        assertThat(use(metadata, KvConsistency.EVENTUAL, 1, 50)).isEqualTo(STRONG);
    }

    @Test
    void eachIsTriedAgainFromTimeToTimeByOneRequest() {
        DatabaseMetadata metadata = metadata(STRONG, NEAR);
        use(metadata, KvConsistency.EVENTUAL, 50, 10);
        use(metadata, KvConsistency.EVENTUAL, 50, 10);
        pass(Duration.ofSeconds(31));
        // One each, whatever is known of it; the third goes by what is known.
        assertThat(List.of(select(metadata, KvConsistency.EVENTUAL), select(metadata, KvConsistency.EVENTUAL)))
                .containsExactlyInAnyOrder(STRONG, NEAR);
        assertThat(select(metadata, KvConsistency.EVENTUAL)).isEqualTo(NEAR);
        // The far one has become near.
        for (int i = 0; i < 20; i++) {
            selector.answered(STRONG.url(), Duration.ofMillis(1).toNanos());
        }
        assertThat(select(metadata, KvConsistency.EVENTUAL)).isEqualTo(STRONG);
    }

    @Test
    void oneThatFailsIsLeftOutForAWhileThatGrows() {
        DatabaseMetadata metadata = metadata(STRONG, SECOND);
        use(metadata, KvConsistency.STRONG, 1, 50);
        use(metadata, KvConsistency.STRONG, 1, 50);
        assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(STRONG);
        selector.failed(STRONG.url());
        assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(SECOND);
        pass(Duration.ofMillis(999));
        assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(SECOND);
        pass(Duration.ofMillis(1));
        assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(STRONG);
        selector.failed(STRONG.url());
        pass(Duration.ofMillis(1_999));
        assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(SECOND);
        pass(Duration.ofMillis(1));
        assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(STRONG);
        selector.answered(STRONG.url(), 1);
        selector.failed(STRONG.url());
        pass(Duration.ofSeconds(1));
        assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(STRONG);
    }

    @Test
    void whereAllHaveFailedTheOneWhoseTimeIsOverFirstIsTaken() {
        DatabaseMetadata metadata = metadata(STRONG, SECOND);
        use(metadata, KvConsistency.STRONG, 1, 1);
        use(metadata, KvConsistency.STRONG, 1, 1);
        selector.failed(STRONG.url());
        pass(Duration.ofMillis(10));
        selector.failed(SECOND.url());
        assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(STRONG);
        selector.failed(STRONG.url());
        assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(SECOND);
    }

    @Test
    void theOnlyOneIsTakenWhateverIsKnownOfIt() {
        DatabaseMetadata metadata = metadata(STRONG);
        for (int i = 0; i < 5; i++) {
            assertThat(select(metadata, KvConsistency.STRONG)).isEqualTo(STRONG);
            selector.failed(STRONG.url());
        }
    }

    @Test
    void newMetadataBringsNewEndpointsAndKeepsWhatIsKnownOfTheOld() {
        use(metadata(STRONG), KvConsistency.STRONG, 1, 1);
        DatabaseMetadata both = metadata(STRONG, SECOND);
        assertThat(use(both, KvConsistency.STRONG, 1, 50)).isEqualTo(SECOND);
        assertThat(use(both, KvConsistency.STRONG, 1, 50)).isEqualTo(STRONG);
        assertThat(use(metadata(SECOND), KvConsistency.STRONG, 1, 50)).isEqualTo(SECOND);
    }
}
