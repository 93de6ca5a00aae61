#pragma once
#include "io/reader.h"
#include "io/tables/records/record_value.h"
#include "io/tables/text/tables_dataset.h"

namespace discern::io {

/// What a tree of records is shown as.
///
/// - a list of objects: a table, a row each; objects in them as columns "OUTER.INNER"; lists of objects in them as
///   tables of their own, with the column "record" (rows of the outer table, from 1); images in them as fields.
/// - an object of lists of one length: a table, a column each; a row each where the keys are numbers.
/// - an object of objects, or of lists of rows: a table with the column "key".
/// - any other object: a record by itself, its single values also as attributes, its lists as tables and fields.
/// - lists of lists of numbers that are all of one length: fields, the innermost along x.
/// `root` names what has no name of its own; `source` is the format.
struct RecordParts {
  std::vector<data::Table> tables;
  FieldsDataset::Fields fields;
  std::map<std::string, std::string> attributes;
  std::vector<std::string> warnings;
};
[[nodiscard]] RecordParts partsOf(const RecordValue& value, const std::string& source, const std::string& root);

/// The dataset of what `read` gives now, whose tables call it again when they are asked for. Throws data::ReadError
/// when there is nothing in it.
[[nodiscard]] std::shared_ptr<data::Dataset> recordDataset(data::DatasetInfo info,
                                                           const std::function<RecordParts()>& read);

} // namespace discern::io
