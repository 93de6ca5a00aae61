#include "io/groups.h"
#include "io/matter/matter_formats.h"

namespace discern::io {

std::vector<Reader> matterReaders() {
  return {
      {{"CIF"}, isCif, openCif},    {{"XSF"}, isXsf, openXsf},
      {{"PDB"}, isPdb, openPdb},    {{"Gaussian cube"}, isCube, openCube},
      {{"VASP"}, isVasp, openVasp}, {{"XYZ"}, isXyz, openXyz},
  };
}

} // namespace discern::io
