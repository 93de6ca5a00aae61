#include "io/reader.h"

#include "io/netcdf/hdf5_check.h"
#include "io/netcdf/netcdf_reader.h"
#include "io/nifti/nifti_header.h"
#include "io/nifti/nifti_reader.h"
#include "io/numpy/npy_reader.h"
#include "io/result/result_reader.h"
#include "io/tiff/tiff_reader.h"

namespace discern::io {

namespace {

using namespace std::string_view_literals;

bool isNifti(const Candidate& c) { return NiftiHeader::kindOf(c.head) != NiftiHeader::Kind::Not; }

std::shared_ptr<data::Dataset> openNiftiOrRefuse(const Candidate& c) {
  if (NiftiHeader::kindOf(c.head) == NiftiHeader::Kind::Analyze)
    throw data::ReadError(c.path(), "the header has no NIfTI mark (\"n+1\" or \"ni1\" at byte 344): this is ANALYZE "
                                    "7.5, which does not say which side is left, or a damaged NIfTI file");
  return openNifti(c.file, c.head, c.gzip);
}

bool isTiff(const Candidate& c) {
  return !c.gzip && (c.begins("II*\0"sv) || c.begins("MM\0*"sv) || c.begins("II+\0"sv) || c.begins("MM\0+"sv));
}

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

const std::vector<Reader>& readers() {
  static const std::vector<Reader> all{
      {{"NIfTI-1", "NIfTI-2"}, isNifti, openNiftiOrRefuse},
      {{"TIFF", "BigTIFF"}, isTiff, [](const Candidate& c) { return openTiff(c.file); }},
      {{"NetCDF"}, isClassicNetcdf, [](const Candidate& c) { return openNetcdf(c.file); }},
      {{"NumPy"}, isNpy, [](const Candidate& c) { return openNpy(c.file); }},
      {{"HDF5", "NetCDF-4", "Discern result"}, isHdf5, openHdf5},
  };
  return all;
}

const std::vector<FolderReader>& folderReaders() {
  static const std::vector<FolderReader> all;
  return all;
}

} // namespace discern::io
