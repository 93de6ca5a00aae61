#include "data/address.h"

#include "data/error.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace discern::data {

namespace {

constexpr std::string_view scheme = "ssh://";

std::string encoded(std::string_view path) {
  constexpr std::string_view plain = "-._~/@+,=", digits = "0123456789ABCDEF";
  std::string text;
  for (const char each : path) {
    const auto byte = static_cast<unsigned char>(each);
    const bool letter = (each >= '0' && each <= '9') || (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z');
    if (letter || plain.find(each) != std::string_view::npos) {
      text += each;
    } else {
      text += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return text;
}

std::string decoded(std::string_view text) {
  std::string path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
      if (error == std::errc{} && end == text.data() + i + 3 && value != 0) {
        path += static_cast<char>(value);
        i += 2;
        continue;
      }
    }
    path += text[i];
  }
  return path;
}

/// Why `host` can't be one; empty: it can.
std::string problemOf(std::string_view host) {
  if (host.empty()) return "there is no host in it";
  if (host.front() == '-') return "a host does not begin with \"-\""; // ssh would take it for an option
  const auto strange = [](char each) { return static_cast<unsigned char>(each) <= 0x20 || each == 0x7f; };
  if (std::any_of(host.begin(), host.end(), strange)) return "a host has no spaces";
  return {};
}

} // namespace

std::string Address::text() const { return std::string(scheme) + host + encoded(path); }

Address Address::from(std::string_view text) {
  const std::string shown(text);
  if (!isRemote(text)) throw UsageError(shown + ": an address is written ssh://HOST/absolute/path");
  text.remove_prefix(scheme.size());
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  if (const std::string problem = problemOf(host); !problem.empty())
    throw UsageError(shown + ": an address is written ssh://HOST/absolute/path; " + problem);
  Address address{std::string(host), slash == std::string_view::npos ? "/" : decoded(text.substr(slash))};
  if (address.path.find('\0') != std::string::npos) throw UsageError(shown + ": a path has no zero byte");
  address.path = std::filesystem::path(address.path).lexically_normal().string();
  while (address.path.starts_with("//"))
    address.path.erase(0, 1);
  return address;
}

bool isRemote(std::string_view path) { return path.starts_with(scheme); }

std::string hostOf(std::string_view path) {
  if (!isRemote(path)) return {};
  path.remove_prefix(scheme.size());
  const std::string_view host = path.substr(0, path.find('/'));
  return problemOf(host).empty() ? std::string(host) : std::string();
}

std::string fileNameOf(std::string_view path) {
  const std::string here = isRemote(path) ? decoded(path) : std::string(path);
  return std::filesystem::path(here).filename().string();
}

} // namespace discern::data
