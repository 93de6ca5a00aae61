#include "io/grids/hdf5/hdf5_kind.h"

#include "io/netcdf/hdf5_check.h"
#include "io/netcdf/library_lock.h"
#include "io/result/hdf5.h"

namespace discern::io {

Hdf5Kind hdf5Kind(const Candidate& candidate) {
  if (candidate.gzip || hdf5Begin(*candidate.file) < 0) return Hdf5Kind::None;
  try {
    checkHdf5Length(*candidate.file);
  } catch (const data::ReadError&) {
    return Hdf5Kind::None;
  }
  const auto lock = lockHdf5();
  const Hdf5Id file(H5Fopen(candidate.path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file) return Hdf5Kind::None;
  const auto has = [&](const char* link) { return H5Lexists(file.get(), link, H5P_DEFAULT) > 0; };
  const auto says = [&](const char* object, const char* attribute) {
    return H5Aexists_by_name(file.get(), object, attribute, H5P_DEFAULT) > 0;
  };
  if (has("VTKHDF") && !says("/", resultMark)) return Hdf5Kind::VtkHdf;
  if (has("CGNSLibraryVersion") || has(" hdf5version")) return Hdf5Kind::Cgns;
  if (says("/", "api_version") && (has("num_nodes") || has("num_elem") || has("num_el_blk"))) return Hdf5Kind::Exodus;
  if (has("Chombo_global") && says("/", "num_levels")) return Hdf5Kind::Chombo;
  if (has("Header") && says("Header", "NumPart_ThisFile")) return Hdf5Kind::Gadget;
  if (has("node type") && has("refine level") && has("coordinates")) return Hdf5Kind::Flash;
  return Hdf5Kind::None;
}

bool isClassicExodus(const Candidate& candidate) {
  const std::string_view text = candidate.text();
  const auto has = [&](std::string_view name) { return text.find(name) != std::string_view::npos; };
  return !candidate.gzip && candidate.begins("CDF") && text.size() > 3 && text[3] <= 5 && has("num_nodes") &&
         (has("num_el_blk") || has("api_version"));
}

} // namespace discern::io
