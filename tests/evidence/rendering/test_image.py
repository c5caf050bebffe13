# SPDX-License-Identifier: Apache-2.0
"""Pictures painted anew."""

import io

from PIL import Image

from longwatch.evidence.rendering.image import clean_picture, image_copy
from tests.evidence.rendering import samples


class TestImageCopy:
    def test_keeps_metadata_as_facts_and_out_of_the_picture(self) -> None:
        copy = image_copy(io.BytesIO(samples.jpeg()))
        assert ["EXIF Make", "Halden Optical"] in copy.facts
        assert not Image.open(io.BytesIO(copy.pictures[0].content)).getexif()


class TestCleanPicture:
    def test_fits_into_the_side_that_is_given(self) -> None:
        picture = clean_picture(Image.new("RGB", (400, 100)), 200)
        assert (picture.width, picture.height) == (200, 50)
