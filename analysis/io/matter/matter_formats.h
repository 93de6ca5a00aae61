#pragma once
#include "data/field_source.h"
#include "io/reader.h"

namespace discern::io {

// Each format of matter: whether a file is of it, by content, and how it is opened. Places in Å. All throw
// data::ReadError with the line that can't be understood.

/// VASP POSCAR, CONTCAR, XDATCAR, CHGCAR, LOCPOT, ELFCAR (https://www.vasp.at/wiki/POSCAR, …/CHGCAR). CHGCAR holds
/// density times volume and is divided by it: e/Å³; LOCPOT is in eV. Which of these a file is, only its name tells.
[[nodiscard]] bool isVasp(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openVasp(const Candidate& candidate);

/// Gaussian cube (https://paulbourke.net/dataformats/cube/, https://gaussian.com/cubegen/): bohr → Å; several values a
/// point (orbitals) are fields of their own.
[[nodiscard]] bool isCube(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openCube(const Candidate& candidate);

/// XCrySDen (http://www.xcrysden.org/doc/XSF.html): structures, ANIMSTEPS as time, every DATAGRID_3D.
[[nodiscard]] bool isXsf(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openXsf(const Candidate& candidate);

/// CIF 1.1 (https://www.iucr.org/resources/cif) and mmCIF: the first block with atoms; symmetry operations as listed.
[[nodiscard]] bool isCif(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openCif(const Candidate& candidate);

/// XYZ, plain and extended (https://wiki.fysik.dtu.dk/ase/ase/io/formatoptions.html#extxyz), frames as time.
[[nodiscard]] bool isXyz(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openXyz(const Candidate& candidate);

/// PDB 3.3 (https://www.wwpdb.org/documentation/file-format): ATOM, HETATM, CRYST1; models as time.
[[nodiscard]] bool isPdb(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openPdb(const Candidate& candidate);

} // namespace discern::io
