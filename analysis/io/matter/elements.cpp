#include "io/matter/elements.h"

#include <array>
#include <cctype>

namespace discern::io {

namespace {

constexpr std::array<std::string_view, 119> symbols{
    "X",  "H",  "He", "Li", "Be", "B",  "C",  "N",  "O",  "F",  "Ne", "Na", "Mg", "Al", "Si", "P",  "S",
    "Cl", "Ar", "K",  "Ca", "Sc", "Ti", "V",  "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As",
    "Se", "Br", "Kr", "Rb", "Sr", "Y",  "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In", "Sn",
    "Sb", "Te", "I",  "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho",
    "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W",  "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "Po",
    "At", "Rn", "Fr", "Ra", "Ac", "Th", "Pa", "U",  "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md",
    "No", "Lr", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og"};

constexpr std::array<double, 97> radii{
    0.20, 0.31, 0.28, 1.28, 0.96, 0.84, 0.76, 0.71, 0.66, 0.57, 0.58, 1.66, 1.41, 1.21, 1.11, 1.07, 1.05,
    1.02, 1.06, 2.03, 1.76, 1.70, 1.60, 1.53, 1.39, 1.39, 1.32, 1.26, 1.24, 1.32, 1.22, 1.22, 1.20, 1.19,
    1.20, 1.20, 1.16, 2.20, 1.95, 1.90, 1.75, 1.64, 1.54, 1.47, 1.46, 1.42, 1.39, 1.45, 1.44, 1.42, 1.39,
    1.39, 1.38, 1.39, 1.40, 2.44, 2.15, 2.07, 2.04, 2.03, 2.01, 1.99, 1.98, 1.98, 1.96, 1.94, 1.92, 1.92,
    1.89, 1.90, 1.87, 1.87, 1.75, 1.70, 1.62, 1.51, 1.44, 1.41, 1.36, 1.36, 1.32, 1.45, 1.46, 1.48, 1.40,
    1.50, 1.50, 2.60, 2.21, 2.15, 2.06, 2.00, 1.96, 1.90, 1.87, 1.80, 1.69};

bool isLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

} // namespace

std::string_view elementSymbol(int number) {
  return number > 0 && number < static_cast<int>(symbols.size()) ? symbols[static_cast<std::size_t>(number)] : "X";
}

int elementOfSymbol(std::string_view symbol) {
  if (symbol.empty() || symbol.size() > 2) return 0;
  std::string name(symbol);
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  if (name.size() == 2) name[1] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[1])));
  if (name == "D" || name == "T") return 1; // heavy hydrogen
  for (std::size_t i = 1; i < symbols.size(); ++i)
    if (symbols[i] == name) return static_cast<int>(i);
  return 0;
}

int elementNumber(std::string_view label) {
  std::size_t letters = 0;
  while (letters < label.size() && isLetter(label[letters]))
    ++letters;
  if (letters == 0) return 0;
  const int two = letters >= 2 ? elementOfSymbol(label.substr(0, 2)) : 0;
  const int one = elementOfSymbol(label.substr(0, 1));
  const bool small = letters >= 2 && std::islower(static_cast<unsigned char>(label[1])) != 0;
  return two != 0 && (small || one == 0) ? two : one;
}

double covalentRadius(int number) {
  if (number < 0) return radii[0];
  return number < static_cast<int>(radii.size()) ? radii[static_cast<std::size_t>(number)] : 1.5;
}

} // namespace discern::io
