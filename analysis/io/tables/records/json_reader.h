#pragma once
#include "io/reader.h"
#include "io/tables/records/record_tables.h"

namespace discern::io {

/// JSON up to 256 MB, as tables and attributes (record_tables.h); images that are in it whole (FITS, as alerts have
/// them) open as well. Throws data::ReadError with the line and column of a fault.
[[nodiscard]] bool isJson(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openJson(const Candidate& candidate);

/// Apache Avro object containers (https://avro.apache.org/docs/1.11.1/specification/), blocks plain or deflated, up to
/// 256 MB: records as tables, bytes that are FITS images as fields.
[[nodiscard]] bool isAvro(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openAvro(const Candidate& candidate);

/// A dataset of records, and of the files in them, which are kept in the user's cache to be opened.
[[nodiscard]] std::shared_ptr<data::Dataset> recordsDataset(data::DatasetInfo info, RecordTables records);

} // namespace discern::io
