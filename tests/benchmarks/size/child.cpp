#include "child.h"

#include <cstdio>
#include <fstream>
#include <sstream>

namespace discern::benchmarks {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

} // namespace

Values runChild(const std::vector<std::string>& command, std::string* error) {
  std::string line;
  for (const std::string& word : command)
    line += quoted(word) + " ";
  FILE* pipe = popen((line + (error ? "2>&1" : "2>/dev/null")).c_str(), "r");
  if (pipe == nullptr) return {};
  std::string text;
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe))
    text.append(buffer, got);
  if (pclose(pipe) != 0) {
    if (error) *error = text;
    return {};
  }
  Values values;
  std::istringstream in(text);
  std::string name;
  double value = 0;
  while (in >> name >> value)
    values[name] = value;
  return values;
}

double peakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) * 1024 / 1e6;
  return 0;
}

} // namespace discern::benchmarks
