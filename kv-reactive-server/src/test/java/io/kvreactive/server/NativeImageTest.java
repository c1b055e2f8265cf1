// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.testsupport.NativeImageMetadata;
import org.junit.jupiter.api.Test;

class NativeImageTest {

    @Test
    void nativeImagesAreToldWhatTheyCannotSee() {
        NativeImageMetadata.ofArtifact("kv-reactive-server").fitsTheClasses();
    }
}
