#pragma once
#include "data/field_source.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace discern::io {

/// NumPy .npy, C order (z, y, x) for a 3D slab; a leading dimension is added for series. Written under another name,
/// renamed when whole.
void writeNpy(const std::string& path, data::ScalarType type, std::span<const std::int64_t> shape,
              std::span<const std::byte> bytes);

/// The same, a piece at a time, for what doesn't fit in memory. Without commit() nothing is left behind.
class NpyWriter {
public:
  NpyWriter(const std::string& path, data::ScalarType type, std::span<const std::int64_t> shape);
  ~NpyWriter();
  void append(std::span<const std::byte> bytes);
  void commit();

private:
  struct Private;
  std::unique_ptr<Private> d;
};

/// A result: fields as VTKHDF ImageData that ParaView opens (the first at /VTKHDF, all under /fields), tables as HDF5
/// columns, provenance as JSON. Collected in memory, written by commit() under another name and renamed when whole.
class ResultFile {
public:
  void addField(const data::FieldInfo& info, std::vector<std::byte> bytes);
  void addTable(const data::Table& table);
  void setProvenance(const nlohmann::json& provenance);
  void commit(const std::string& path) const;
  ResultFile();
  ~ResultFile();
  ResultFile(ResultFile&&) noexcept;

private:
  struct Private;
  std::unique_ptr<Private> d;
};

/// A whole field as NIfTI-1, deflated when the name ends in .gz. RAS and Cartesian placements become the sform; labels
/// get the label intent. `bytes`: x fastest, then y, z, time, component. Throws UsageError for what NIfTI can't hold:
/// more than 32767 voxels along an axis, longitude and latitude, an irregular axis.
void writeNifti(const std::string& path, const data::FieldInfo& info, std::span<const std::byte> bytes);

/// A whole field as deflated TIFF, one page a plane, with ImageJ's description where ImageJ knows the type (uint8,
/// uint16, float32), else with tifffile's. Throws UsageError for an irregular axis or one that is not along the columns
/// or rows.
void writeTiff(const std::string& path, const data::FieldInfo& info, std::span<const std::byte> bytes);

/// A whole field as NetCDF-4 with the CF conventions, a few megabytes at a time: coordinates, units, long_name, time
/// with its calendar, _FillValue, flags for labels. The placement is kept to the last bit in attributes of our own.
/// Throws UsageError when the file can't be made there.
void writeNetcdf(const std::string& path, const data::FieldSource& field);

/// Values of a surface's vertices as GIFTI: float32, or int32 for whole numbers; labels with their names.
/// Format: https://www.nitrc.org/projects/gifti. Throws UsageError for fields of voxels and for larger whole numbers.
void writeGifti(const std::string& path, const data::FieldSource& field);
/// A surface of triangles as GIFTI. Throws UsageError for other grids.
void writeGiftiSurface(const std::string& path, const data::GridSource& grid, std::int64_t time);

/// A table as CSV: names in the first row, units behind them in brackets, missing numbers empty.
void writeCsv(const std::string& path, const data::Table& table);

} // namespace discern::io
