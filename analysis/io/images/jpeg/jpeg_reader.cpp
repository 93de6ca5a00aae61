#include "io/images/jpeg/jpeg_reader.h"

#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/images/resolution.h"
#include "io/whole/whole_field.h"

#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>

#include <jerror.h>

namespace discern::io {

namespace {

/// libjpeg's state for one file in memory. Its errors come by longjmp, so that nothing with a destructor may be made in
/// the members that call it.
struct Decoder {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  std::jmp_buf back{};
  std::array<char, JMSG_LENGTH_MAX> message{};

  Decoder() {
    jpeg.err = jpeg_std_error(&errors);
    jpeg.client_data = this;
    errors.error_exit = [](j_common_ptr common) {
      auto* self = static_cast<Decoder*>(common->client_data);
      self->errors.format_message(common, self->message.data());
      std::longjmp(self->back, 1);
    };
    errors.output_message = [](j_common_ptr) {};
    errors.emit_message = [](j_common_ptr common, int level) {
      // A warning means that pixels are made up: damaged or missing data.
      if (level < 0 && common->err->msg_code != JWRN_EXTRANEOUS_DATA && common->err->msg_code != JWRN_ADOBE_XFORM)
        common->err->error_exit(common);
    };
  }
  ~Decoder() { jpeg_destroy_decompress(&jpeg); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  bool readHeader(const std::vector<std::byte>& bytes) {
    if (setjmp(back)) return false;
    jpeg_create_decompress(&jpeg);
    jpeg.mem->max_memory_to_use = 256 << 20;
    jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_save_markers(&jpeg, JPEG_COM, 0xFFFF);
    jpeg_read_header(&jpeg, TRUE);
    return true;
  }
  /// Fills `planes`, one a component; `row` holds one line of pixels.
  bool decode(std::byte* planes, JSAMPROW row, std::size_t plane) {
    if (setjmp(back)) return false;
    jpeg_start_decompress(&jpeg);
    const auto components = static_cast<std::size_t>(jpeg.output_components);
    while (jpeg.output_scanline < jpeg.output_height) {
      std::byte* to = planes + static_cast<std::size_t>(jpeg.output_scanline) * jpeg.output_width;
      jpeg_read_scanlines(&jpeg, &row, 1);
      for (std::size_t c = 0; c < components; ++c)
        for (std::size_t x = 0; x < jpeg.output_width; ++x)
          to[c * plane + x] = static_cast<std::byte>(row[x * components + c]);
    }
    jpeg_finish_decompress(&jpeg);
    return true;
  }
};

/// The orientation tag of Exif (JEITA CP-3451) in an APP1 marker, 1 when there is none.
int exifOrientation(std::span<const std::uint8_t> marker) {
  constexpr std::size_t tiff = 6; // behind "Exif\0\0"
  if (marker.size() < tiff + 8 || std::memcmp(marker.data(), "Exif\0\0", 6) != 0) return 1;
  const bool little = marker[tiff] == 'I';
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
      value = value << 8 | (at + bytes <= marker.size() ? marker[little ? at + bytes - 1 - i : at + i] : 0);
    return value;
  };
  const std::size_t directory = tiff + number(tiff + 4, 4), entries = number(directory, 2);
  for (std::size_t i = 0; i < entries && directory + 14 + i * 12 <= marker.size(); ++i)
    if (number(directory + 2 + i * 12, 2) == 0x0112) return static_cast<int>(number(directory + 10 + i * 12, 2));
  return 1;
}

} // namespace

std::shared_ptr<data::Dataset> openJpeg(const std::shared_ptr<const File>& file) {
  const std::string& path = file->path();
  constexpr std::int64_t largestFile = 512 << 20;
  if (file->size() > largestFile)
    throw data::ReadError(path, "it holds " + byteText(static_cast<double>(file->size())) +
                                    "; a JPEG is read whole, up to " + byteText(static_cast<double>(largestFile)));
  // Everything that says how the image is lies in front of it; the markers may be long.
  std::vector<std::byte> bytes = file->head(1 << 20);
  Decoder decoder;
  if (!decoder.readHeader(bytes)) {
    bytes = file->head(largestFile);
    Decoder again;
    if (!again.readHeader(bytes))
      throw data::ReadError(path, std::string("the JPEG can't be read: ") + cleanText(again.message.data()));
    throw data::ReadError(path, "the JPEG header is longer than 1 MB");
  }
  const jpeg_decompress_struct& jpeg = decoder.jpeg;
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "JPEG";
  dataset.alone = true;
  data::FieldInfo info;
  info.name = "image";
  info.type = data::ScalarType::UInt8;
  info.shape = {jpeg.image_width, jpeg.image_height, 1};
  info.components = jpeg.num_components == 1 ? 1 : jpeg.num_components == 4 ? 4 : 3;
  info.transform = "none";
  info.worldUnit = "px";
  info.levels = levelsFor(info.shape);
  info.source = jpeg.progressive_mode ? "JPEG, progressive" : "JPEG";
  const double total = static_cast<double>(info.voxels()) * info.components;
  if (total > wholeLimit)
    throw data::ReadError(path, "the image takes " + byteText(total) + " of memory; a JPEG is decoded whole, up to " +
                                    byteText(wholeLimit));
  if (jpeg.density_unit == 1)
    setResolution(jpeg.X_density / 0.0254, jpeg.Y_density / 0.0254, info, dataset.attributes);
  else if (jpeg.density_unit == 2)
    setResolution(jpeg.X_density * 100.0, jpeg.Y_density * 100.0, info, dataset.attributes);
  for (auto* marker = jpeg.marker_list; marker; marker = marker->next) {
    const std::span<const std::uint8_t> content(marker->data, marker->data_length);
    if (marker->marker == JPEG_COM) {
      dataset.attributes["comment"] =
          cleanText({reinterpret_cast<const char*>(content.data()), std::min<std::size_t>(content.size(), 4096)});
    } else if (const int orientation = exifOrientation(content); orientation > 1 && orientation <= 8) {
      dataset.attributes["orientation"] = std::to_string(orientation);
      dataset.warnings.push_back("The camera marked the image as turned (Exif orientation " +
                                 std::to_string(orientation) + "); pixels are shown as they are stored.");
    }
  }
  if (info.components == 4) dataset.warnings.push_back("The image is in CMYK; its four inks are shown as stored.");
  const data::FieldInfo known = info;
  auto load = [file, known] {
    const std::vector<std::byte> all = file->head(file->size());
    const auto plane = static_cast<std::size_t>(known.voxels());
    const auto components = static_cast<std::size_t>(known.components);
    std::vector<std::byte> planes(plane * components);
    std::vector<JSAMPLE> row(static_cast<std::size_t>(known.shape[0]) * components);
    Decoder whole;
    const auto fail = [&] {
      throw data::ReadError(file->path(), std::string("the JPEG is damaged: ") + cleanText(whole.message.data()));
    };
    if (!whole.readHeader(all)) fail();
    if (whole.jpeg.image_width != static_cast<unsigned>(known.shape[0]) ||
        whole.jpeg.image_height != static_cast<unsigned>(known.shape[1]))
      throw data::ReadError(file->path(), "the file has changed since it was opened");
    whole.jpeg.out_color_space = components == 1 ? JCS_GRAYSCALE : components == 4 ? JCS_CMYK : JCS_RGB;
    if (!whole.decode(planes.data(), row.data(), plane)) fail();
    return planes;
  };
  return std::make_shared<FieldsDataset>(std::move(dataset),
                                         FieldsDataset::Fields{wholeField(std::move(info), std::move(load))});
}

} // namespace discern::io
