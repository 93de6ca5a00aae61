#pragma once
#include "io/fields/hdf5/hdf5_file.h"
#include "io/fields_dataset.h"

namespace discern::io {

/// One iteration of an openPMD file.
struct OpenPmdStep {
  std::string path; ///< "/data/100"
  double seconds = 0;
};

/// Where the parts that are found go. `made` also keeps fields that are not wanted in the end: closing one takes the
/// lock, so none may go while it is held.
struct OpenPmdParts {
  FieldsDataset::Fields& fields;
  FieldsDataset::Grids& grids;
  FieldsDataset::Fields& made;
  std::vector<std::string>& warnings;
};

/// The particles of every species: a grid each, in metres, with its records as fields on it. Steps whose number of
/// particles differs from the first's are left out, and said so. To be called with lockHdf5() held.
void addOpenPmdParticles(const std::shared_ptr<const Hdf5File>& file, const std::vector<OpenPmdStep>& steps,
                         const std::string& particlesPath, const OpenPmdParts& parts);

/// "kg m s-3 A-1" of the powers of the seven base quantities, in openPMD's order.
[[nodiscard]] std::string openPmdUnit(const std::vector<double>& powers);

/// Fields of one shape as one: the components of the first step, of the second, …
[[nodiscard]] std::shared_ptr<const data::FieldSource>
stackFields(data::FieldInfo info, std::vector<std::shared_ptr<const data::FieldSource>> parts);

} // namespace discern::io
