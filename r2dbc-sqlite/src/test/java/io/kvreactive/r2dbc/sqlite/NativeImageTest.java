// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.kvreactive.testsupport.NativeImageMetadata;
import org.junit.jupiter.api.Test;

class NativeImageTest {

    @Test
    void nativeImagesAreToldWhatTheyCannotSee() {
        NativeImageMetadata.ofArtifact("r2dbc-sqlite").fitsTheClasses();
    }
}
