// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.testsupport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files under {@code testdata/}: bytes and databases made by the real Deno. {@code testdata/FORMAT.md} explains them. */
public final class Vectors {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Vectors() {}

    /** The path of a file under {@code testdata/}. Never open a SQLite file there; take a {@link #copy}. */
    public static Path path(String name) {
        String configured = System.getProperty("testdata");
        Path folder = configured != null ? Path.of(configured) : nearestTestdata();
        return folder.resolve(name);
    }

    /** The parsed JSON file. */
    public static JsonNode json(String name) {
        return JSON.readTree(path(name).toFile());
    }

    /** The elements of the array {@code member} of a JSON file; fails when there are none. */
    public static List<JsonNode> cases(String name, String member) {
        List<JsonNode> cases = new ArrayList<>();
        json(name).get(member).forEach(cases::add);
        if (cases.isEmpty()) {
            throw new IllegalStateException(name + " has no " + member);
        }
        return cases;
    }

    /** The bytes of a value case: {@code hex}, or {@code gz} (base64 of gzip) checked against {@code sha256}. */
    public static byte[] bytes(JsonNode valueCase) {
        if (valueCase.has("hex")) {
            return HexFormat.of().parseHex(valueCase.get("hex").asString());
        }
        byte[] zipped = Base64.getDecoder().decode(valueCase.get("gz").asString());
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            byte[] bytes = in.readAllBytes();
            String sum = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            if (!sum.equals(valueCase.get("sha256").asString())) {
                throw new IllegalStateException("checksum of " + valueCase.get("name"));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A writable copy of a file under {@code testdata/}, in the given folder. */
    public static Path copy(String name, Path folder) {
        try {
            return Files.copy(path(name), folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path nearestTestdata() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("testdata"))) {
                return at.resolve("testdata");
            }
        }
        throw new IllegalStateException(
                "no folder testdata above " + Path.of("").toAbsolutePath());
    }
}
