// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser: Chromium of Debian's package {@code chromium}. Where that is not installed these tests say so and are left out. */
class PageIT {

    @TempDir
    static Path folder;

    private static Server server;
    private static Browser browser;

    @BeforeAll
    static void open() throws Exception {
        Path program = Browser.installed().orElse(null);
        if (program == null) {
            System.out.println("orders: chromium is not installed, so the page was not driven in a browser.");
        }
        Assumptions.assumeTrue(program != null, "chromium is not installed");
        server = Server.start(folder.resolve("orders.sqlite"));
        browser = Browser.open(program, folder, server.url());
    }

    @AfterAll
    static void close() throws InterruptedException {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
    }

    /** Completes when the page shows a row with that text: told by the browser of every change, without looking again and again. */
    private static String awaitRow(String customer, String text) throws InterruptedException {
        return browser.evaluate("""
                new Promise(found => {
                  const look = () => {
                    const row = [...document.querySelectorAll('#orders tr')]
                        .find(r => r.innerText.includes('%s') && r.innerText.includes('%s'));
                    if (row) { observer.disconnect(); found(row.innerText); }
                  };
                  const observer = new MutationObserver(look);
                  observer.observe(document.documentElement, { childList: true, subtree: true });
                  look();
                })
                """.formatted(customer, text));
    }

    /** The page has been read, and its feed is there. */
    private static void awaitLive() throws InterruptedException {
        browser.evaluate("""
                new Promise(live => {
                  const look = () => {
                    if (document.getElementById('state')?.textContent === 'live') { observer.disconnect(); live(); }
                  };
                  const observer = new MutationObserver(look);
                  observer.observe(document, { childList: true, subtree: true, characterData: true });
                  look();
                })
                """);
    }

    @Test
    void anOrderThatSomebodyElsePlacesAppearsAndIsConfirmed() throws InterruptedException {
        awaitLive();
        server.testClient()
                .post()
                .uri("/orders")
                .bodyValue(new NewOrder("hal", "oolong", 3))
                .exchange()
                .expectStatus()
                .isCreated();
        assertThat(awaitRow("hal", "CONFIRMED")).contains("oolong", "3");
    }

    @Test
    void anOrderThatIsFilledInOnThePageAppearsAndIsConfirmed() throws InterruptedException {
        awaitLive();
        browser.evaluate("""
                (() => {
                  const form = document.getElementById('new');
                  form.customer.value = 'ivy';
                  form.item.value = 'matcha <b>not bold</b>';
                  form.quantity.value = 2;
                  form.requestSubmit();
                })()
                """);
        assertThat(awaitRow("ivy", "CONFIRMED")).contains("matcha <b>not bold</b>", "2");
        assertThat(browser.evaluate("document.getElementById('problem').textContent"))
                .isEmpty();
    }

    @Test
    void whatIsWrongIsToldOnThePage() throws InterruptedException {
        awaitLive();
        assertThat(browser.evaluate("""
                                new Promise(told => {
                                  const problem = document.getElementById('problem');
                                  new MutationObserver(() => { if (problem.textContent) told(problem.textContent); })
                                      .observe(problem, { childList: true, characterData: true, subtree: true });
                                  const form = document.getElementById('new');
                                  form.customer.value = 'x'.repeat(101);
                                  form.item.value = 'tea';
                                  form.requestSubmit();
                                })
                                """)).contains("customer", "100");
    }
}
