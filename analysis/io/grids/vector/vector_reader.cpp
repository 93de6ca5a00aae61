#include "io/grids/vector/vector_reader.h"

#include "io/module.h"

namespace discern::io {

bool isVector(const Candidate& candidate) {
  using namespace std::string_view_literals;
  constexpr std::size_t application = 68; // "application_id" of a database
  if (candidate.begins("SQLite format 3\0"sv))
    return candidate.begins("GPKG", application) || candidate.begins("GP10", application) ||
           candidate.begins("GP11", application);
  constexpr std::size_t version = 28;
  return candidate.begins("\0\0\x27\x0a"sv) && candidate.begins("\xe8\x03\0\0"sv, version);
}

std::shared_ptr<data::Dataset> openVector(const Candidate& candidate) {
  return openWithModule("discern_io_vector", "discernVector", candidate);
}

} // namespace discern::io
