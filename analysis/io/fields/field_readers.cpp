#include "io/groups.h"
#include "io/netcdf/hdf5_check.h"
#include "io/netcdf/netcdf_reader.h"
#include "io/numpy/npy_reader.h"
#include "io/result/result_reader.h"

namespace discern::io {

namespace {

using namespace std::string_view_literals;

bool isClassicNetcdf(const Candidate& c) {
  return !c.gzip && (c.begins("CDF\1"sv) || c.begins("CDF\2"sv) || c.begins("CDF\5"sv));
}

bool isNpy(const Candidate& c) { return !c.gzip && c.begins("\x93NUMPY"); }

bool isHdf5(const Candidate& c) { return !c.gzip && hdf5Begin(*c.file) >= 0; }

std::shared_ptr<data::Dataset> openHdf5(const Candidate& c) {
  checkHdf5Length(*c.file);
  return isResult(*c.file) ? openResult(c.file) : openNetcdf(c.file);
}

} // namespace

std::vector<Reader> fieldReaders() {
  return {
      {{"NetCDF"}, isClassicNetcdf, [](const Candidate& c) { return openNetcdf(c.file); }},
      {{"NumPy"}, isNpy, [](const Candidate& c) { return openNpy(c.file); }},
      {{"HDF5", "NetCDF-4", "Discern result"}, isHdf5, openHdf5},
  };
}

std::vector<FolderReader> fieldFolders() { return {}; }

} // namespace discern::io
