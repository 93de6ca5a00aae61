#pragma once
#include "data/field_source.h"
#include "io/tables/records/record_value.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace discern::io {

/// A table that grows by rows whose columns come in any order. A column is numbers until a text comes. Whole numbers
/// that a double can't hold are text, with "NAME (number)" beside; where all texts are dates, "NAME (time)" has seconds
/// since 1970.
class RecordTable {
public:
  explicit RecordTable(std::string name) : name_(std::move(name)) {}
  void addRow() { ++rows_; }
  /// Into the last row. False when the table has too many columns or cells already.
  bool set(const std::string& column, const RecordValue& scalar);
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] bool empty() const { return rows_ == 0 || columns_.empty(); }
  [[nodiscard]] data::Table finish() &&;

private:
  struct Column {
    std::string name;
    std::vector<double> numbers;
    std::vector<std::string> texts; ///< empty as long as all are numbers
    bool words = false;             ///< a text came that is not the digits of a number
  };
  std::string name_;
  std::size_t rows_ = 0;
  std::vector<Column> columns_;
  std::unordered_map<std::string, std::size_t> places_;
};

} // namespace discern::io
