#pragma once
#include "io/fields_dataset.h"

#include <string>
#include <string_view>

namespace discern::io {

/// The images in bytes that a record has, read into memory: FITS, PNG, JPEG, TIFF, NumPy, also within gzip. Named
/// `name`, or "NAME: PART" where there are several. None where the bytes are something else, damaged, or more than
/// 64 MB.
[[nodiscard]] FieldsDataset::Fields embeddedFields(const std::string& name, std::string_view bytes);

/// The bytes that a text in Base64 stands for, if they begin as an image that embeddedFields() knows; else nothing.
[[nodiscard]] std::string embeddedBytes(std::string_view base64);
/// The bytes that a text in Base64 stands for, whatever they are; nothing where it is no Base64.
[[nodiscard]] std::string base64Bytes(std::string_view base64);

} // namespace discern::io
