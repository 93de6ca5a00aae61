#include "io/fields/hdf5/hdf5_reader.h"
#include "io/fields/matlab/mat_reader.h"
#include "io/fields/npz/npz_reader.h"
#include "io/fields/openpmd/openpmd_reader.h"
#include "io/fields/raw/raw_reader.h"
#include "io/fields/zarr/zarr_reader.h"
#include "io/groups.h"
#include "io/module.h"
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

/// GRIB may begin with the header of a bulletin.
bool isGrib(const Candidate& c) {
  const auto at = c.text().substr(0, 128).find("GRIB"sv);
  return !c.gzip && at != std::string_view::npos && at + 8 <= c.text().size() &&
         (c.text()[at + 7] == '\1' || c.text()[at + 7] == '\2');
}

bool isNumpyArchive(const Candidate& c) {
  return !c.gzip && (c.begins("PK\3\4"sv) || c.begins("PK\5\6"sv)) && isNpz(c.file);
}

std::shared_ptr<data::Dataset> openHdf5(const Candidate& c) {
  checkHdf5Length(*c.file);
  if (isResult(*c.file)) return openResult(c.file);
  switch (hdf5Kind(*c.file)) {
  case Hdf5Kind::Netcdf:
    return openNetcdf(c.file);
  case Hdf5Kind::OpenPmd:
    return openOpenPmd(c.file);
  case Hdf5Kind::Other:
    break;
  }
  return openHdf5Tree(c.file);
}

} // namespace

std::vector<Reader> fieldReaders() {
  return {
      {{"NetCDF"}, isClassicNetcdf, [](const Candidate& c) { return openNetcdf(c.file); }},
      {{"NumPy"}, isNpy, [](const Candidate& c) { return openNpy(c.file); }},
      {{"NumPy archive"}, isNumpyArchive, [](const Candidate& c) { return openNpz(c.file); }},
      {{"MATLAB 5"}, isMat5, openMat5},
      {{"GRIB"}, isGrib, [](const Candidate& c) { return openWithModule("discern_io_grib", "discernOpenGrib", c); }},
      {{"MATLAB 7.3", "HDF5", "openPMD", "NetCDF-4", "Discern result"}, isHdf5, openHdf5},
      {{"raw binary with a description"}, isDescribedRaw, openDescribedRaw},
  };
}

std::vector<FolderReader> fieldFolders() { return {{{"Zarr", "OME-Zarr"}, isZarr, openZarr}}; }

} // namespace discern::io
