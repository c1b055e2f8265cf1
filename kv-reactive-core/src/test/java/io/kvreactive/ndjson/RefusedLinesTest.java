// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Lines that are not in the notation: each is refused by itself, with a reason that shows nothing of it. */
class RefusedLinesTest {

    private static final String KEY = "{'key':[{'type':'string','value':'secret'}],'value':";

    private static List<NdjsonException> refused(Kv kv, Flux<String> lines) {
        List<NdjsonException> refused = new ArrayList<>();
        NdjsonImportOptions options = NdjsonImportOptions.builder()
                .observer(new NdjsonObserver() {
                    @Override
                    public void lineRefused(NdjsonException error) {
                        refused.add(error);
                    }
                })
                .build();
        NdjsonProgress progress = NdjsonImport.of(kv, options).fromLines(lines).block(Duration.ofSeconds(60));
        assertThat(progress.errors()).isEqualTo(refused.size());
        return refused;
    }

    private static NdjsonException refusal(String line) {
        Kv kv = Kv.create("memory:");
        String sound = "{'key':[{'type':'number','value':1}],'value':{'type':'null','value':null}}";
        List<NdjsonException> refused = refused(kv, Flux.just(line, sound.replace('\'', '"')));
        assertThat(refused).as(line).hasSize(1);
        assertThat(kv.list(KvSelector.prefix())
                        .map(entry -> entry.key())
                        .collectList()
                        .block())
                .containsExactly(KvKey.of(1));
        assertThat(refused.get(0).line()).isEqualTo(1);
        assertThat(refused.get(0))
                .hasMessageStartingWith("line 1 was not imported: ")
                .hasMessageNotContaining("secret");
        return refused.get(0);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{'type':'string','value':7}                 | a string that is no string",
                "{'type':'string'}                           | a string that is no string",
                "{'value':'secret'}                          | a type that is no string",
                "{'type':'secret key','value':1}             | unknown type unnamed",
                "{'type':'Float16Array','value':''}          | unknown type Float16Array",
                "{'type':'boolean','value':'true'}           | a boolean",
                "{'type':'number','value':'12'}              | a number",
                "{'type':'number','value':1e400}             | too large",
                "{'type':'number','value':9007199254740993}  | an integer that no number of JavaScript holds",
                "{'type':'number','value':-12345678901234567890123} | an integer that no number",
                "{'type':'number','value':null}              | a number",
                "{'type':'bigint','value':12}                | a bigint",
                "{'type':'bigint','value':'0x12'}            | a bigint",
                "{'type':'bigint','value':'1.0'}             | a bigint",
                "{'type':'KvU64','value':'18446744073709551616'} | a KvU64",
                "{'type':'KvU64','value':'-1'}               | a KvU64",
                "{'type':'Array','value':[{'type':'KvU64','value':'1'}]} | a KvU64 inside",
                "{'type':'Uint8Array','value':'AQ=='}        | base64url",
                "{'type':'Uint8Array','value':'+/8'}         | base64url",
                "{'type':'Uint8Array','value':'A'}           | base64url",
                "{'type':'Uint8Array','value':'AR'}          | base64url",
                "{'type':'Uint8Array','value':'A Q'}         | base64url",
                "{'type':'Uint8Array','value':[1,2]}         | bytes",
                "{'type':'Int32Array','value':'AQID'}        | whole elements",
                "{'type':'Date','value':'2026-02-30T00:00:00.000Z'} | a Date",
                "{'type':'Date','value':'2026-01-01T00:00:00+01:00'} | a Date",
                "{'type':'Date','value':'+275760-09-13T00:00:00.001Z'} | a Date",
                "{'type':'Date','value':0}                   | a Date",
                "{'type':'RegExp','value':'secret'}          | a RegExp",
                "{'type':'RegExp','value':'/a/gg'}           | a RegExp",
                "{'type':'RegExp','value':'/a/x'}            | a RegExp",
                "{'type':'Array','value':{}}                 | no JSON array",
                "{'type':'Array','value':[1]}                | a value that is no JSON object",
                "{'type':'Map','value':[[{'type':'null','value':null}]]} | not a key and a value",
                "{'type':'Set','value':[{'type':'string','value':'a'},{'type':'string','value':'a'}]} | twice",
                "{'type':'Map','value':[[{'type':'number','value':1},{'type':'undefined'}],"
                        + "[{'type':'number','value':1.0},{'type':'undefined'}]]} | twice",
                "{'type':'object','value':[]}                | no JSON object",
                "{'type':'object','value':{'a':{'type':'undefined'},'a':{'type':'undefined'}}} | a member twice",
                "{'type':'TypeError','value':'secret'}       | an error",
                "{'type':'TypeError','value':{'message':1}}  | the message of an error",
                "{'type':'TypeError','value':{'message':'','stack':{}}} | the stack of an error",
                "null                                        | a value that is no JSON object",
            })
    void aValueThatIsNone(String value, String reason) {
        assertThat(refusal((KEY + value + "}").replace('\'', '"'))).hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'secret'                                          | no JSON object",
                "secret                                            | no JSON (column 1",
                "{'key':[                                          | no JSON",
                "{'key':[]} {'key':[]}                             | more than one JSON object",
                "{'key':[],'key':[]}                               | a member twice",
                "{'key':[],'value':{'type':'undefined'}}           | a key without parts",
                "{'key':'secret','value':{'type':'undefined'}}     | a key that is no JSON array",
                "{'value':{'type':'undefined'}}                    | a key that is no JSON array",
                "{'key':['secret'],'value':{'type':'undefined'}}   | a part of a key",
                "{'key':[{'type':'null','value':null}],'value':{'type':'undefined'}} | unknown type null",
                "{'key':[{'type':'string','value':'secret\\ud800'}],'value':{'type':'undefined'}} | an unpaired surrogate",
                "{'key':[{'type':'number','value':9007199254740993}],'value':{'type':'undefined'}} | an integer",
                "{'key':[{'type':'string','value':'a'}]}           | a value that is no JSON object",
                "{'rawKey':'A','value':{'type':'undefined'}}       | base64url",
                "{'rawKey':'AAAA','value':{'type':'undefined'}}    | a rawKey",
                "{'rawKey':'','value':{'type':'undefined'}}        | a key without parts",
                "{'key':[{'type':'boolean','value':true}],'raw':1} | a raw",
                "{'key':[{'type':'boolean','value':true}],'raw':{'encoding':4,'data':''}} | no known encoding",
                "{'key':[{'type':'boolean','value':true}],'raw':{'encoding':-1,'data':''}} | an encoding",
                "{'key':[{'type':'boolean','value':true}],'raw':{'encoding':2,'data':'AQ'}} | eight bytes",
                "{'key':[{'type':'boolean','value':true}],'raw':{'encoding':1}} | bytes",
                "{'key':[{'type':'boolean','value':true}],'value':{'type':'undefined'},'expiresAt':'x'} | an expiresAt",
                "{'key':[{'type':'boolean','value':true}],'value':{'type':'undefined'},'expiresAt':1.5} | an expiresAt",
            })
    void aLineThatIsNone(String line, String reason) {
        assertThat(refusal(line.replace('\'', '"'))).hasMessageContaining(reason);
    }

    static Stream<String> hostile() {
        String begin = KEY.replace('\'', '"');
        return Stream.of(
                begin + "{\"type\":\"Array\",\"value\":[".repeat(100_000),
                "[".repeat(1_000_000),
                "{\"a\":".repeat(500_000),
                begin + "{\"type\":\"bigint\",\"value\":\"" + "9".repeat(3_000_000) + "\"}}",
                begin + "{\"type\":\"number\",\"value\":" + "9".repeat(3_000_000) + "}}",
                begin + "{\"type\":\"Set\",\"value\":[" + collisions() + "{\"type\":\"null\"}]}}",
                begin + "{\"type\":\"Uint8Array\",\"value\":\"" + "A".repeat(3_999_999) + "\"}}");
    }

    /** Fifty thousand strings of one hash, which a set of them would compare one by one. */
    private static String collisions() {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int bit = 0; bit < 16; bit++) {
                text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            members.append("{\"type\":\"string\",\"value\":\"").append(text).append("\"},");
        }
        return members.toString();
    }

    @Test
    void hostileLinesAreRefusedSoon() {
        hostile().forEach(RefusedLinesTest::refusal);
    }

    @Test
    void theNumberOfALineCountsBlankOnes() {
        Kv kv = Kv.create("memory:");
        assertThat(refused(kv, Flux.just("", "x", "\n", "y")))
                .extracting(NdjsonException::line)
                .containsExactly(2L, 4L);
    }

    @Test
    void aLineThatIsTooLongIsRefused() {
        NdjsonImportOptions options =
                NdjsonImportOptions.builder().maxLineBytes(10).build();
        assertThat(NdjsonImport.of(Kv.create("memory:"), options)
                        .fromLines(Flux.just("{         ", "{          "))
                        .block())
                .isEqualTo(new NdjsonProgress(2, 0, 0, 2));
    }
}
