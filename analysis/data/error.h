#pragma once
#include <stdexcept>
#include <string>

namespace discern::data {

/// An input that can't be read. what() is a sentence for a person: it names the file, what was expected and what was
/// found.
class ReadError : public std::runtime_error {
public:
  ReadError(const std::string& path, const std::string& problem)
      : std::runtime_error(path + ": " + problem), path_(path) {}
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
};

/// A wrong parameter or request, the caller's to mend.
class UsageError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace discern::data
