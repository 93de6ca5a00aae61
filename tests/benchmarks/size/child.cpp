#include "child.h"

#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

Values runWhole(const std::vector<std::string>& command) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) return {};
  if (child == 0) {
    std::vector<char*> words;
    words.reserve(command.size() + 1);
    for (const std::string& word : command)
      words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    if (const int nowhere = open("/dev/null", O_WRONLY); nowhere >= 0) {
      dup2(nowhere, STDOUT_FILENO);
      dup2(nowhere, STDERR_FILENO);
    }
    execvp(words[0], words.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child || status != 0) return {};
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return {{"seconds", took.count()}, {"peak", static_cast<double>(usage.ru_maxrss) * 1024 / 1e6}};
}

double peakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) * 1024 / 1e6;
  return 0;
}

} // namespace discern::benchmarks
