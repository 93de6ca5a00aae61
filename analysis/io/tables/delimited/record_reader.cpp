#include "io/tables/delimited/record_reader.h"

#include "io/file_text.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <cstring>

namespace discern::io {

namespace {

constexpr std::size_t pieceBytes = 1 << 20;
constexpr std::size_t mostRecord = 64 << 20;

} // namespace

std::string Cell::value() const {
  if (!escaped) return cleanText(quoted ? text : trimmed(text));
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    plain += text[i];
    if (text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') ++i;
  }
  return cleanText(plain);
}

RecordReader::RecordReader(std::string path, std::unique_ptr<ByteStream> stream, const Dialect& dialect)
    : path_(std::move(path)), stream_(std::move(stream)), dialect_(dialect) {}

bool RecordReader::fill() {
  if (ended_) return false;
  if (at_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + at_, end_ - at_);
    end_ -= at_;
    at_ = 0;
  }
  if (buffer_.size() < end_ + pieceBytes) buffer_.resize(std::max(end_ + pieceBytes, 2 * end_));
  const std::size_t room = buffer_.size() - end_;
  const std::size_t got = stream_->read(std::span(buffer_).subspan(end_, room));
  ended_ = got < room;
  end_ += got;
  if (!started_) {
    started_ = true;
    if (std::memchr(buffer_.data(), '\n', end_) == nullptr) lineEnd_ = '\r';
    if (std::string_view(buffer_).substr(0, end_).starts_with("\xEF\xBB\xBF")) at_ = 3;
  }
  return got > 0;
}

bool RecordReader::skipLine() {
  for (;;) {
    const void* found = end_ > at_ ? std::memchr(buffer_.data() + at_, lineEnd_, end_ - at_) : nullptr;
    if (found != nullptr) {
      at_ = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) + 1;
      ++lines_;
      return true;
    }
    at_ = end_; // the rest of a line that isn't wanted need not be kept
    if (!fill()) return false;
  }
}

/// Splits the record that begins at `from`; stop_ is then where the next begins, newlines_ how many lines it took.
RecordReader::Parse RecordReader::parse(std::size_t from, bool quotes) {
  cells_.clear();
  newlines_ = 0;
  const char* p = buffer_.data() + from;
  const char* const end = buffer_.data() + end_;
  const char delimiter = dialect_.delimiter, lineEnd = lineEnd_;
  const bool blanks = delimiter == ' ';
  const auto finish = [&](const char* next) {
    stop_ = static_cast<std::size_t>(next - buffer_.data());
    newlines_ += next > buffer_.data() + from && next[-1] == lineEnd ? 1 : 0;
    if (cells_.size() > 1 && blanks && cells_.back().text.empty() && !cells_.back().quoted) cells_.pop_back();
    return Parse::Whole;
  };
  for (;;) { // one cell a round
    if (blanks)
      while (p < end && (*p == ' ' || *p == '\t'))
        ++p;
    const char* first = p;
    if (quotes && delimiter != 0 && !blanks)
      while (first < end && *first == ' ')
        ++first;
    if (quotes && first < end && *first == '"') {
      const char* const open = first + 1;
      const char* q = open;
      bool escaped = false;
      for (;;) {
        while (q < end && *q != '"') {
          newlines_ += *q == lineEnd ? 1 : 0;
          ++q;
        }
        if (q + 1 >= end && !ended_) return Parse::NeedMore;
        if (q >= end) return Parse::OpenQuote;
        if (q + 1 < end && q[1] == '"') {
          escaped = true;
          q += 2;
          continue;
        }
        break;
      }
      const char* close = q;
      ++q;
      const char* const behind = q;
      while (q < end && *q != lineEnd && !(blanks ? *q == ' ' || *q == '\t' : delimiter != 0 && *q == delimiter))
        ++q;
      if (q >= end && !ended_) return Parse::NeedMore;
      if (trimmed({behind, static_cast<std::size_t>(q - behind)}).empty()) {
        cells_.push_back({{open, static_cast<std::size_t>(close - open)}, escaped, true});
      } else { // "5" tall: kept as it stands
        cells_.push_back({trimmed({first, static_cast<std::size_t>(q - first)}), false, false});
      }
      if (q >= end) return finish(q);
      p = q + 1;
      if (*q == lineEnd) return finish(p);
      continue;
    }
    if (blanks)
      while (p < end && *p != ' ' && *p != '\t' && *p != lineEnd)
        ++p;
    else if (delimiter == 0)
      while (p < end && *p != lineEnd)
        ++p;
    else
      while (p < end && *p != delimiter && *p != lineEnd)
        ++p;
    if (p >= end && !ended_) return Parse::NeedMore;
    const char* last = p;
    if (last > first && last[-1] == '\r' && (p >= end || *p == lineEnd)) --last;
    cells_.push_back({{first, static_cast<std::size_t>(std::max(last - first, std::ptrdiff_t{0}))}, false, false});
    if (p >= end) return finish(p);
    ++p;
    if (p[-1] == lineEnd) return finish(p);
  }
}

bool RecordReader::next() {
  if (!started_) {
    fill();
    for (std::int64_t i = 0; i < dialect_.skip; ++i)
      if (!skipLine()) return false;
  }
  for (;;) {
    if (at_ >= end_ && !fill()) return false;
    if (dialect_.comment != 0 && buffer_[at_] == dialect_.comment) {
      if (!skipLine()) return false;
      continue;
    }
    Parse state = parse(at_, dialect_.quotes);
    if (state == Parse::NeedMore && end_ - at_ > mostRecord) {
      // Either a quote that is never closed, or a line no table has.
      state = parse(at_, false);
      if (state == Parse::NeedMore)
        throw data::ReadError(path_, "line " + std::to_string(lines_ + 1) +
                                         " is longer than 64 MB; no text table has such lines");
      openQuotes_.push_back(lines_ + 1);
    }
    if (state == Parse::NeedMore) {
      fill();
      continue;
    }
    if (state == Parse::OpenQuote) {
      openQuotes_.push_back(lines_ + 1);
      parse(at_, false);
    }
    line_ = lines_ + 1;
    lines_ += newlines_;
    consumed_ += static_cast<std::int64_t>(stop_ - at_);
    at_ = stop_;
    if (cells_.size() == 1 && !cells_[0].quoted && trimmed(cells_[0].text).empty()) continue; // an empty line
    return true;
  }
}

} // namespace discern::io
