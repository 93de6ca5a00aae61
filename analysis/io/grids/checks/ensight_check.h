#pragma once
#include "io/file.h"

namespace discern::io {

/// Walks through the parts of an EnSight Gold geometry in C binary, and of a variable on its nodes or elements, and
/// throws data::ReadError where a count is more than the file holds: VTK's reader crashes there. Files of other kinds
/// (text, Fortran binary, several steps in one) are let pass. `components`: of the variable; 0: it is the geometry.
/// Format: EnSight User Manual, chapter 9.1, "EnSight Gold Casefile Format".
class EnsightCheck {
public:
  void geometry(const File& file);
  void variable(const File& file, int components, bool onNodes);

private:
  struct Section {
    std::string name;
    std::int64_t count = 0;
  };
  struct Part {
    std::int32_t number = 0;
    std::int64_t nodes = 0;
    std::vector<Section> sections;
  };
  std::vector<Part> parts_;
  bool known_ = false, swapped_ = false; ///< known: the geometry is one that is checked
};

} // namespace discern::io
