#include "io/tables/series/miniseed_reader.h"

#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/tables/series/series_field.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <libmseed.h>
#include <map>
#include <mutex>

namespace discern::io {

namespace {

/// libmseed keeps its settings in globals, so one caller at a time. What it would print is kept as a message.
class Library {
public:
  Library() : lock_(mutex()) {
    ms_loginit(&keep, "", &keep, "");
    message().clear();
  }
  /// A record's header, or its samples too. nullptr when the library refuses it; `why` then says so.
  struct Free {
    void operator()(MSRecord* record) const { msr_free(&record); }
  };
  using Record = std::unique_ptr<MSRecord, Free>;
  [[nodiscard]] Record parse(std::vector<char>& bytes, bool samples, std::string& why) const {
    MSRecord* record = nullptr;
    const int state = msr_parse(bytes.data(), static_cast<int>(bytes.size()), &record, static_cast<int>(bytes.size()),
                                samples ? 1 : 0, 0);
    Record parsed(record);
    if (state == MS_NOERROR && parsed) return parsed;
    why = message().empty() ? "it is damaged (" + std::to_string(state) + ")" : message();
    return nullptr;
  }

private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static std::string& message() {
    thread_local std::string text;
    return text;
  }
  static void keep(char* text) { // one line for a person, whatever the library breaks it into
    const std::string line = cleanText(text);
    if (!line.empty()) message() += (message().empty() ? "" : "; ") + line;
  }
  std::lock_guard<std::mutex> lock_;
};

/// One record of a trace.
struct Piece {
  std::int64_t offset = 0, length = 0, samples = 0, first = 0; ///< first: its place in the trace
  double start = 0;
};

struct Trace {
  std::string name;
  double rate = 0;
  data::ScalarType type = data::ScalarType::Int32;
  std::vector<Piece> pieces;
  std::int64_t samples = 0;
};

class TraceField final : public data::FieldSource {
public:
  TraceField(data::FieldInfo info, std::shared_ptr<const File> file, std::vector<Piece> pieces)
      : info_(std::move(info)), file_(std::move(file)), pieces_(std::move(pieces)) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    if (out.empty()) return;
    decode(slab.time, slab.time + 1,
           [&](std::int64_t, const std::byte* value) { std::memcpy(out.data(), value, out.size()); });
  }
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    if (voxel != data::Index3{0, 0, 0} || component != 0 || t0 < 0 || t1 > info_.time.size || t1 < t0 ||
        static_cast<std::int64_t>(out.size()) != t1 - t0)
      throw data::UsageError("field " + info_.name + ": steps " + std::to_string(t0) + " to " + std::to_string(t1) +
                             " of its one voxel asked, it has " + std::to_string(info_.time.size));
    decode(t0, t1, [&](std::int64_t t, const std::byte* value) {
      out[static_cast<std::size_t>(t - t0)] = data::dispatch(info_.type, [&](auto tag) {
        typename decltype(tag)::type number;
        std::memcpy(&number, value, sizeof number);
        return static_cast<double>(number);
      });
    });
  }

private:
  template <typename Put>
  void decode(std::int64_t t0, std::int64_t t1, const Put& put) const {
    auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), t0,
                                  [](std::int64_t t, const Piece& p) { return t < p.first; });
    if (piece != pieces_.begin()) --piece;
    const std::size_t size = sizeOf(info_.type);
    for (; piece != pieces_.end() && piece->first < t1; ++piece) {
      std::vector<char> bytes(static_cast<std::size_t>(piece->length));
      file_->readAt(piece->offset, std::as_writable_bytes(std::span(bytes)));
      std::string why;
      const Library library;
      const auto record = library.parse(bytes, true, why);
      if (!record || record->numsamples < piece->samples || record->datasamples == nullptr ||
          ms_samplesize(record->sampletype) != size)
        throw data::ReadError(file_->path(), "the record at byte " + std::to_string(piece->offset) +
                                                 " can't be decoded: " +
                                                 (why.empty() ? "it has less samples than its header says" : why));
      for (std::int64_t t = std::max(t0, piece->first); t < std::min(t1, piece->first + piece->samples); ++t)
        put(t, static_cast<const std::byte*>(record->datasamples) + static_cast<std::size_t>(t - piece->first) * size);
    }
  }

  data::FieldInfo info_;
  std::shared_ptr<const File> file_;
  std::vector<Piece> pieces_;
};

/// The type that an encoding decodes to, and the bytes a sample takes where that is fixed (else 0).
bool encodingOf(int encoding, data::ScalarType& type, std::int64_t& bytes) {
  bytes = 0;
  type = data::ScalarType::Int32;
  switch (encoding) {
  case DE_INT16:
    bytes = 2;
    return true;
  case DE_INT32:
    bytes = 4;
    return true;
  case DE_FLOAT32:
    bytes = 4;
    type = data::ScalarType::Float32;
    return true;
  case DE_FLOAT64:
    bytes = 8;
    type = data::ScalarType::Float64;
    return true;
  case DE_STEIM1:
  case DE_STEIM2:
    return true;
  default:
    return false;
  }
}

bool looksLikeRecord(const char* head) { return MS_ISVALIDHEADER(head); }

struct Found {
  std::vector<Trace> traces;
  std::vector<std::string> warnings;
};

/// The headers of all records, put together to traces.
Found findTraces(const File& file) {
  std::map<std::string, std::vector<std::pair<Piece, Trace>>> channels; // of a record: its piece, and what it is of
  Found found;
  std::int64_t offset = 0, unknown = 0, skipped = 0;
  std::string problem;
  const auto fail = [&](const std::string& text) {
    if (problem.empty()) problem = "at byte " + std::to_string(offset) + ": " + text;
  };
  while (offset + 48 <= file.size()) {
    std::vector<char> bytes(static_cast<std::size_t>(std::min<std::int64_t>(512, file.size() - offset)));
    file.readAt(offset, std::as_writable_bytes(std::span(bytes)));
    if (!looksLikeRecord(bytes.data())) {
      fail("no record begins here");
      ++skipped;
      offset += 128; // the shortest record there is
      if (skipped > 100'000) break;
      continue;
    }
    const int length = ms_detect(bytes.data(), static_cast<int>(bytes.size()));
    if (length < MINRECLEN || length > MAXRECLEN || offset + length > file.size()) {
      fail(length > 0 ? "the record is cut short" : "the record does not tell its length");
      offset += length > 0 && offset + length > file.size() ? length : 128;
      continue;
    }
    bytes.resize(static_cast<std::size_t>(length));
    file.readAt(offset, std::as_writable_bytes(std::span(bytes)));
    std::string why;
    const Library library;
    const auto record = library.parse(bytes, false, why);
    data::ScalarType type{};
    std::int64_t sampleBytes = 0;
    if (!record) {
      fail(why);
    } else if (record->samplecnt == 0 || record->samprate <= 0) {
      ++unknown; // a log, an event
    } else if (!encodingOf(record->encoding, type, sampleBytes)) {
      fail("samples of encoding " + std::to_string(record->encoding) + " are not read");
    } else if (record->fsdh->data_offset < 48 || record->fsdh->data_offset > length || record->samplecnt > 2 * length ||
               record->fsdh->data_offset + record->samplecnt * sampleBytes > length) {
      fail("its header promises " + std::to_string(record->samplecnt) + " samples, more than it has room for");
    } else {
      Trace trace;
      trace.name =
          std::string(record->network) + "." + record->station + "." + record->location + "." + record->channel;
      trace.rate = record->samprate;
      trace.type = type;
      const double start = static_cast<double>(record->starttime) / HPTMODULUS;
      const std::string name = cleanText(trace.name);
      channels[name].push_back({{offset, length, record->samplecnt, 0, start}, std::move(trace)});
    }
    offset += length;
  }
  for (auto& [name, records] : channels) {
    std::stable_sort(records.begin(), records.end(),
                     [](const auto& a, const auto& b) { return a.first.start < b.first.start; });
    std::size_t parts = 0;
    std::string gaps;
    double next = 0;
    for (auto& [piece, trace] : records) {
      Trace* last = parts > 0 ? &found.traces.back() : nullptr;
      const bool goesOn = last != nullptr && last->rate == trace.rate && last->type == trace.type &&
                          std::abs(piece.start - next) <= 0.5 / trace.rate;
      if (!goesOn) {
        if (last != nullptr && parts < 6)
          gaps += (gaps.empty() ? "" : "; ") + std::string(piece.start > next ? "gap" : "overlap") + " of " +
                  numberText(std::abs(piece.start - next)) + " s before " + dateText(piece.start);
        ++parts;
        trace.name = name + (parts > 1 ? " (" + std::to_string(parts) + ")" : "");
        found.traces.push_back(trace);
        last = &found.traces.back();
      }
      piece.first = last->samples;
      last->samples += piece.samples;
      last->pieces.push_back(piece);
      next = last->pieces.front().start + static_cast<double>(last->samples) / last->rate;
    }
    if (parts > 1)
      found.warnings.push_back(name + " is in " + std::to_string(parts) + " traces: " + gaps +
                               (parts > 6 ? "; …" : ""));
  }
  if (!problem.empty()) found.warnings.push_back("the file is read in part: " + problem);
  if (unknown > 0)
    found.warnings.push_back(std::to_string(unknown) + " records without evenly spaced samples are left out");
  if (found.traces.empty())
    throw data::ReadError(file.path(), "no record of this miniSEED file can be read: " +
                                           (problem.empty() ? "none has samples" : problem));
  return found;
}

} // namespace

bool isMiniSeed(const Candidate& candidate) {
  return candidate.head.size() >= 48 && !candidate.gzip &&
         looksLikeRecord(reinterpret_cast<const char*>(candidate.head.data()));
}

std::shared_ptr<data::Dataset> openMiniSeed(const Candidate& candidate) {
  Found found = findTraces(*candidate.file);
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "miniSEED";
  info.warnings = std::move(found.warnings);
  FieldsDataset::Fields fields;
  for (Trace& trace : found.traces) {
    data::FieldInfo field =
        seriesInfo(trace.name, trace.pieces.front().start, 1 / trace.rate, trace.samples, trace.type, "miniSEED");
    field.quantity = "Counts";
    fields.push_back(std::make_shared<TraceField>(std::move(field), candidate.file, std::move(trace.pieces)));
  }
  return std::make_shared<FieldsDataset>(std::move(info), std::move(fields));
}

} // namespace discern::io
