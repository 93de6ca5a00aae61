#pragma once
#include "io/tables/text/byte_stream.h"

namespace discern::io {

/// How a text table is written.
struct Dialect {
  char delimiter = ',';      ///< ' ' stands for any run of blanks and tabs; 0: one column
  char comment = 0;          ///< lines that begin with it are skipped; 0: none
  bool quotes = true;        ///< "…" around cells, "" for a quote inside (RFC 4180)
  bool decimalComma = false; ///< numbers may be written 1,5
  std::int64_t skip = 0;     ///< lines before the table that are neither comments nor rows
};

/// One cell, valid until the next record.
struct Cell {
  std::string_view text; ///< without the quotes around it
  bool escaped = false;  ///< has "" inside, or text behind the closing quote
  bool quoted = false;
  /// As valid UTF-8, blanks around it removed unless quoted.
  [[nodiscard]] std::string value() const;
};

/// Records of a delimited text, RFC 4180 quotes, LF, CRLF or CR line ends. Empty lines and comments are skipped.
class RecordReader {
public:
  RecordReader(std::string path, std::unique_ptr<ByteStream> stream, const Dialect& dialect);
  /// The cells of the next record; false at the end. Throws ReadError for a record longer than 64 MB.
  bool next();
  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  [[nodiscard]] std::int64_t line() const { return line_; } ///< where the record began, from 1
  /// Lines on which a quote was opened and never closed; it was taken for a letter.
  [[nodiscard]] const std::vector<std::int64_t>& openQuotes() const { return openQuotes_; }
  [[nodiscard]] std::int64_t bytes() const { return consumed_; } ///< of content up to the record's end

private:
  enum class Parse { Whole, NeedMore, OpenQuote };
  bool fill();
  Parse parse(std::size_t from, bool quotes);
  bool skipLine();
  std::string path_;
  std::unique_ptr<ByteStream> stream_;
  Dialect dialect_;
  std::string buffer_;
  std::size_t at_ = 0, end_ = 0, stop_ = 0;
  char lineEnd_ = '\n';
  bool started_ = false, ended_ = false;
  std::int64_t line_ = 0, lines_ = 0, consumed_ = 0, newlines_ = 0;
  std::vector<Cell> cells_;
  std::vector<std::int64_t> openQuotes_;
};

} // namespace discern::io
