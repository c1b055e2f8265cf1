// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.KvCursor;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvPage;
import io.kvreactive.KvSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code page} and cursors. Deno's own cursors are in the vectors. */
abstract class PagesContract extends ContractPart {

    private static final KvSelector BELOW = KvSelector.prefix("l");

    PagesContract(KvContract contract) {
        super(contract);
    }

    /** Every kind of bounds, over the entries below {@code ["l"]} and {@code ["l"]} itself. */
    static Stream<KvSelector> selectors() {
        return Stream.of(
                        BELOW,
                        KvSelector.prefix(),
                        BELOW.start(KvKey.of("l", 2)),
                        BELOW.end(KvKey.of("l", 7)),
                        KvSelector.range(KvKey.of("k"), KvKey.of("m")),
                        // The start is the beginning of the end: where Deno's cursor text loses its place.
                        KvSelector.range(KvKey.of("l"), KvKey.of("l", 7)))
                .flatMap(selector -> Stream.of(selector, selector.reverse()));
    }

    private void fill() {
        fill("l", 10);
        set(KvKey.of("l"), "itself");
    }

    private List<KvPage<Object>> pages(KvSelector selector) {
        List<KvPage<Object>> pages = new ArrayList<>();
        KvPage<Object> page = await(kv().page(selector));
        pages.add(page);
        while (page.hasMore()) {
            page = await(kv().page(selector.after(page.next())));
            pages.add(page);
        }
        return pages;
    }

    private static List<KvKey> keysOf(List<KvPage<Object>> pages) {
        return pages.stream()
                .flatMap(page -> page.entries().stream())
                .map(KvEntry::key)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("selectors")
    void pagesOfEverySizeGiveEveryEntryOnce(KvSelector selector) {
        fill();
        List<KvKey> expected = keys(selector);
        assertThat(expected).isNotEmpty();
        for (int size = 1; size <= expected.size() + 1; size++) {
            List<KvPage<Object>> pages = pages(selector.limit(size));
            assertThat(keysOf(pages)).isEqualTo(expected);
            // No empty page at the end: whether there is more is known exactly.
            assertThat(pages).hasSize((expected.size() + size - 1) / size);
        }
    }

    @ParameterizedTest
    @MethodSource("selectors")
    void aListingGoesOnAfterEveryEntryByItsToken(KvSelector selector) {
        fill();
        List<KvKey> expected = keys(selector);
        for (int i = 0; i < expected.size(); i++) {
            KvCursor parsed =
                    KvCursor.parse(selector.cursorAfter(expected.get(i)).token());
            assertThat(keys(selector.after(parsed))).isEqualTo(expected.subList(i + 1, expected.size()));
            assertThat(keys(selector.limit(2).after(parsed)))
                    .isEqualTo(expected.subList(i + 1, Math.min(i + 3, expected.size())));
        }
    }

    @ParameterizedTest
    @MethodSource("selectors")
    void aListingGoesOnAfterEveryEntryByDenosTextUnlessThatIsEmpty(KvSelector selector) {
        fill();
        List<KvKey> expected = keys(selector);
        for (int i = 0; i < expected.size(); i++) {
            String text = selector.cursorAfter(expected.get(i)).text();
            // Deno takes the empty text for none, and starts over; so its meaning is kept.
            int from = text.isEmpty() ? 0 : i + 1;
            assertThat(keys(selector.after(KvCursor.parse(text)))).isEqualTo(expected.subList(from, expected.size()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 11})
    void hasMoreIsExactAtTheEnd(int limit) {
        fill("l", 10);
        KvPage<Object> page = await(kv().page(BELOW.limit(limit)));
        assertThat(page.entries()).hasSize(Math.min(limit, 10));
        assertThat(page.hasMore()).isEqualTo(limit < 10);
        assertThat(page.next() != null).isEqualTo(page.hasMore());
    }

    @Test
    void aPageOfNothingIsEmptyAndTheLast() {
        KvPage<Object> page = await(kv().page(BELOW.limit(5)));
        assertThat(page.entries()).isEmpty();
        assertThat(page.hasMore()).isFalse();
    }

    @Test
    void aPageGoesOnWhereItWasWhateverHappenedToItsLastEntry() {
        fill("l", 10);
        KvPage<Object> first = await(kv().page(BELOW.limit(3)));
        awaitEnd(kv().delete(KvKey.of("l", 2)));
        set(KvKey.of("l", 2.5), "added");
        assertThat(values(BELOW.limit(2).after(first.next()))).containsExactly("added", 3);
    }

    @Test
    void aCursorOfOtherBoundsIsRefusedAtTheCall() {
        KvSelector wide = KvSelector.range(KvKey.of("b"), KvKey.of("d"));
        KvSelector narrow = KvSelector.range(KvKey.of("c"), KvKey.of("d"));
        KvCursor early = wide.cursorAfter(KvKey.of("b", 1));
        KvSelector below = BELOW.start(KvKey.of("l", 5));
        KvCursor before = BELOW.cursorAfter(KvKey.of("l", 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kv().list(narrow.after(early)))
                .withMessageContaining("cursor out of bounds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kv().page(below.limit(1).after(before)))
                .withMessageContaining("cursor out of bounds");
        assertThatIllegalArgumentException().isThrownBy(() -> kv().count(below.after(before)));
        assertThatIllegalArgumentException().isThrownBy(() -> narrow.cursorAfter(KvKey.of("b")));
    }

    @Test
    void aPageNeedsALimit() {
        assertThatIllegalArgumentException().isThrownBy(() -> kv().page(BELOW)).withMessageContaining("limit");
    }

    @Test
    void pagesCountWithTheLimitOfTheDatabaseInMind() {
        int most = database().limits().entriesPerRead();
        fill("l", most + 5);
        KvPage<Object> page = await(kv().page(BELOW.limit(most)));
        assertThat(page.entries()).hasSize(most);
        assertThat(await(kv().page(BELOW.limit(most).after(Objects.requireNonNull(page.next()))))
                        .entries())
                .hasSize(5);
    }
}
