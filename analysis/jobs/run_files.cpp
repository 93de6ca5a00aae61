#include "jobs/run_files.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace discern::jobs {
namespace {

constexpr std::array stateNames{"queued", "starting", "running", "succeeded", "failed", "cancelled", "unreachable"};

/// A program may append lines without number and time: they get those that follow from the line before.
bool parseEvent(const std::string& line, const Event& before, Event& event) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("kind")) return false;
  const auto number = json.contains("seq") && json["seq"].is_number_integer() ? json["seq"].get<std::int64_t>() : 0;
  event.sequence = std::max(number, before.sequence + 1);
  event.time = json.contains("time") && json["time"].is_number() ? json["time"].get<double>() : before.time;
  event.kind = json.contains("kind") && json["kind"].is_string() ? json["kind"].get<std::string>() : "";
  event.value = json.contains("value") ? json["value"] : nlohmann::json();
  return true;
}

/// The last `bytes` of a file; `cut` says whether there was more before.
std::string tail(const std::string& file, std::int64_t bytes, bool& cut) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  cut = false;
  if (!stream) return {};
  const auto size = static_cast<std::int64_t>(stream.tellg());
  const std::int64_t from = std::max<std::int64_t>(0, size - bytes);
  cut = from > 0;
  std::string text(static_cast<std::size_t>(std::max<std::int64_t>(0, size - from)), '\0');
  stream.seekg(from);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

std::vector<std::string> splitLines(const std::string& text, bool skipFirst) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  if (skipFirst) {
    at = text.find('\n');
    if (at == std::string::npos) return lines;
    ++at;
  }
  while (at < text.size()) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

} // namespace

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string_view nameOf(RunState state) { return stateNames.at(static_cast<std::size_t>(state)); }

std::optional<RunState> runStateFromName(std::string_view name) {
  for (std::size_t i = 0; i < stateNames.size(); ++i)
    if (name == stateNames[i]) return static_cast<RunState>(i);
  return std::nullopt;
}

bool isFinal(RunState state) {
  return state == RunState::Succeeded || state == RunState::Failed || state == RunState::Cancelled;
}

nlohmann::json readJson(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return nullptr;
  auto json = nlohmann::json::parse(file, nullptr, false);
  return json.is_discarded() ? nlohmann::json(nullptr) : json;
}

std::string textAt(const nlohmann::json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
}

void writeJson(const std::string& path, const nlohmann::json& json) {
  const std::string part = path + ".part" + std::to_string(getpid());
  {
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    file << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    file.close();
    if (!file) {
      std::error_code ignored;
      std::filesystem::remove(part, ignored);
      throw std::runtime_error(path + ": can't be written (is the disk full, or the folder read-only?)");
    }
  }
  std::filesystem::rename(part, path);
}

std::vector<Event> EventReader::next() {
  std::vector<Event> events;
  std::ifstream file(file_, std::ios::binary);
  if (!file) return events;
  file.seekg(offset_);
  char buffer[1 << 16];
  while (file.read(buffer, sizeof buffer), file.gcount() > 0) {
    rest_.append(buffer, static_cast<std::size_t>(file.gcount()));
    offset_ += file.gcount();
  }
  std::size_t from = 0;
  for (std::size_t end; (end = rest_.find('\n', from)) != std::string::npos; from = end + 1) {
    Event event;
    if (!parseEvent(rest_.substr(from, end - from), last_, event)) continue;
    last_.sequence = event.sequence;
    last_.time = event.time;
    events.push_back(std::move(event));
  }
  rest_.erase(0, from);
  return events;
}

std::vector<Event> lastEvents(const std::string& file, std::int64_t bytes) {
  bool cut = false;
  const std::string text = tail(file, bytes, cut);
  std::vector<Event> events;
  for (const std::string& line : splitLines(text, cut)) {
    Event event;
    if (parseEvent(line, events.empty() ? Event{} : events.back(), event)) events.push_back(std::move(event));
  }
  return events;
}

std::vector<std::string> lastLines(const std::string& file, int count) {
  bool cut = false;
  std::vector<std::string> lines = splitLines(tail(file, 1 << 16, cut), cut);
  if (lines.size() > static_cast<std::size_t>(count)) lines.erase(lines.begin(), lines.end() - count);
  return lines;
}

RunWriter::RunWriter(std::string path) : path_(std::move(path)) {
  const std::string events = path_ + "/events.jsonl";
  for (const Event& event : lastEvents(events, 1 << 16))
    sequence_ = std::max(sequence_, event.sequence);
  bool cut = false;
  const std::string end = tail(events, 1, cut);
  file_ = open(events.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) throw std::runtime_error(events + ": can't be written: " + std::generic_category().message(errno));
  if (!end.empty() && end != "\n" && write(file_, "\n", 1) != 1) std::perror("discern-run: events.jsonl");
}

RunWriter::~RunWriter() { close(file_); }

void RunWriter::event(const std::string& kind, const nlohmann::json& value) {
  const std::scoped_lock lock(mutex_);
  const nlohmann::json line{{"seq", ++sequence_}, {"time", now()}, {"kind", kind}, {"value", value}};
  const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
  // One write to a file opened for appending: a reader sees a line whole, or its beginning, never two lines mixed.
  if (write(file_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    std::perror("discern-run: events.jsonl");
}

void writeStateFile(const std::string& path, const StateFile& state) {
  nlohmann::json json{{"state", nameOf(state.state)},   {"phase", state.phase},     {"progress", state.progress},
                      {"supervisor", state.supervisor}, {"worker", state.worker},   {"started", state.started},
                      {"partials", state.partials},     {"summary", state.summary}, {"time", now()}};
  if (!state.note.empty()) json["note"] = state.note;
  if (!state.scheduler.is_null()) json["scheduler"] = state.scheduler;
  writeJson(path + "/state.json", json);
}

void RunWriter::exit(const ExitFile& exit) {
  nlohmann::json json{{"state", nameOf(exit.state)},     {"code", exit.code},
                      {"signal", exit.signal},           {"message", exit.message},
                      {"started", exit.started},         {"ended", now()},
                      {"wallSeconds", exit.wallSeconds}, {"maxMemoryBytes", exit.maxMemoryBytes},
                      {"woundUp", exit.woundUp},         {"outOfMemory", exit.outOfMemory},
                      {"summary", exit.summary}};
  if (!exit.result.empty()) json["result"] = exit.result;
  writeJson(path_ + "/exit.json", json);
}

} // namespace discern::jobs
