#pragma once
#include <string>
#include <string_view>

namespace discern::io {

/// The symbol of an atomic number, "X" for 0 and numbers that no element has here (above 118).
[[nodiscard]] std::string_view elementSymbol(int number);

/// The atomic number that a symbol or label begins with: "Fe", "FE", "Fe3+", "O2A", "Li_sv", "D" (hydrogen); 0 when
/// none. Two letters count when the second is small, or the first alone is no element.
[[nodiscard]] int elementNumber(std::string_view label);

/// The atomic number of a symbol written in any case ("CL", "fe"); 0 when it is none.
[[nodiscard]] int elementOfSymbol(std::string_view symbol);

/// Covalent radius in Å, Cordero et al. 2008 (doi:10.1039/b801115j); 1.5 where none was measured (above 96), 0.2 for 0.
[[nodiscard]] double covalentRadius(int number);

} // namespace discern::io
