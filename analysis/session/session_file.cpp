#include "data/address.h"
#include "data/error.h"
#include "embedded.h"
#include "session/session.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace discern::session {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* magic = "discern-session";

std::string relativeTo(const fs::path& folder, const std::string& path) {
  if (path.empty() || data::isRemote(path)) return path;
  const fs::path relative = fs::path(path).lexically_relative(folder);
  return relative.empty() ? path : relative.string();
}

std::string absoluteFrom(const fs::path& folder, const std::string& path) {
  if (path.empty() || data::isRemote(path) || fs::path(path).is_absolute()) return path;
  return (folder / path).lexically_normal().string();
}

void eachPath(State& state, const auto& change) {
  for (Layer& layer : state.layers)
    layer.path = change(layer.path);
  for (Table& table : state.tables)
    table.path = change(table.path);
  state.comparison.result = change(state.comparison.result);
  for (std::string& run : state.runs)
    run = change(run);
}

} // namespace

State fromText(const std::string& text, const std::string& file) {
  try {
    const json document = json::parse(text);
    if (!document.is_object() || document.value("format", "") != magic)
      throw data::ReadError(file,
                            "a Discern session was expected (\"format\": \"discern-session\"), this is something else");
    State state = document.at("state").get<State>();
    const fs::path folder = fs::absolute(file).parent_path();
    eachPath(state, [&](const std::string& path) { return absoluteFrom(folder, path); });
    return state;
  } catch (const json::parse_error& problem) {
    throw data::ReadError(file, "a Discern session was expected; from byte " + std::to_string(problem.byte) +
                                    " on this is no JSON: another kind of file, or cut short");
  } catch (const json::exception& problem) {
    throw data::ReadError(file, std::string("a Discern session was expected; ") + problem.what());
  } catch (const data::UsageError& problem) {
    throw data::ReadError(file, problem.what());
  }
}

std::string textOf(const State& state, const std::string& file) {
  const fs::path folder = fs::absolute(file).parent_path();
  State portable = state;
  eachPath(portable, [&](const std::string& path) { return relativeTo(folder, path); });
  return json{{"format", magic}, {"state", portable}}.dump(1);
}

State load(const std::string& file) {
  std::error_code error;
  if (fs::is_directory(file, error)) throw data::ReadError(file, "a session file was expected, this is a folder");
  if (const std::string held = embeddedIn(file); !held.empty()) return fromText(held, file);
  if (fs::file_size(file, error) > 64u << 20u && !error)
    throw data::ReadError(file, "a session file was expected, this is larger than any");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw data::ReadError(file, "can't be opened for reading");
  return fromText({std::istreambuf_iterator<char>(in), {}}, file);
}

void save(const State& state, const std::string& file) {
  const std::string text = textOf(state, file);
  const std::string part = file + ".part" + std::to_string(getpid());
  {
    std::ofstream out(part, std::ios::binary);
    out << text << '\n';
    out.flush();
    if (!out) {
      std::error_code ignored;
      fs::remove(part, ignored);
      throw data::ReadError(file, "can't be written: is the folder there, writable, and the disk not full?");
    }
  }
  std::error_code error;
  fs::rename(part, file, error);
  if (error) {
    std::error_code ignored;
    fs::remove(part, ignored);
    throw data::ReadError(file, "can't be written: " + error.message());
  }
}

} // namespace discern::session
