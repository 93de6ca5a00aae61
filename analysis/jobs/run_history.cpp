#include "jobs/run_history.h"

#include "data/error.h"
#include "jobs/run_files.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <sstream>
#include <sys/stat.h>
#include <utility>

namespace discern::jobs {
namespace fs = std::filesystem;
namespace {

std::string lowered(std::string text) {
  for (char& letter : text)
    if (static_cast<unsigned char>(letter) < 128)
      letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

/// What a search looks into, one string.
std::string searched(const Snapshot& run) {
  std::string text = run.title + '\n' + run.plugin + '\n' + std::string(nameOf(run.state)) + '\n' + run.host + '\n' +
                     fs::path(run.path).filename().string() + '\n' + run.message;
  if (run.state == RunState::Succeeded) text += "\ndone";
  if (run.job.is_object() && run.job.contains("inputs") && run.job["inputs"].is_object())
    for (const auto& [name, input] : run.job["inputs"].items())
      if (input.is_object())
        for (const char* key : {"path", "field"})
          if (input.contains(key) && input[key].is_string())
            text += '\n' + fs::path(input[key].get<std::string>()).filename().string();
  return lowered(text);
}

double modified(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0
             ? static_cast<double>(info.st_ctim.tv_sec) + 1e-9 * static_cast<double>(info.st_ctim.tv_nsec)
             : 0;
}

} // namespace

std::vector<Snapshot> runHistory(const std::string& folder) {
  std::vector<Snapshot> runs;
  const std::vector<std::string> paths = runsIn(folder);
  runs.reserve(paths.size());
  std::map<std::string, std::size_t> at; // by uuid
  for (const std::string& path : paths) {
    Snapshot run = RunDirectory(path).glance();
    const auto [same, fresh] = at.try_emplace(run.uuid, runs.size());
    if (run.uuid.empty() || fresh)
      runs.push_back(std::move(run));
    else if (Snapshot& kept = runs[same->second]; kept.result.empty() && !run.result.empty())
      kept = std::move(run);
  }
  return runs;
}

bool matches(const Snapshot& run, const std::string& words) {
  const std::string text = searched(run);
  std::istringstream stream(lowered(words));
  for (std::string word; stream >> word;)
    if (text.find(word) == std::string::npos) return false;
  return true;
}

bool wanted(const Snapshot& run, const CleanUp& cleanUp) {
  if (!isFinal(run.state)) return false;
  if (cleanUp.unsuccessful && run.state == RunState::Succeeded) return false;
  if (cleanUp.olderThan > 0 && !(run.ended > 0 && now() - run.ended >= cleanUp.olderThan)) return false;
  return matches(run, cleanUp.search);
}

namespace {

std::int64_t bytesBelow(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return 0;
  std::int64_t bytes = info.st_blocks * 512;
  if (!S_ISDIR(info.st_mode)) return bytes;
  std::error_code problem;
  for (fs::directory_iterator at(path, problem), end; !problem && at != end; at.increment(problem))
    bytes += bytesBelow(at->path().string());
  return bytes;
}

} // namespace

std::int64_t diskUse(const std::string& path) {
  std::error_code gone;
  const fs::path real = fs::canonical(path, gone); // a run with a folder of its own is listed by a link
  return gone ? 0 : bytesBelow(real.string());
}

RunTrash::RunTrash(std::string folder) : folder_(fs::path(std::move(folder)).lexically_normal().string()) {
  while (folder_.size() > 1 && folder_.ends_with('/'))
    folder_.pop_back();
}

std::string RunTrash::placeOf(const std::string& run) const {
  const fs::path path = fs::path(run).lexically_normal();
  if (path.parent_path().string() != folder_ || path.filename().string().starts_with('.'))
    throw data::UsageError(run + " is no run in " + folder_);
  return folder_ + "/.trash/" + path.filename().string();
}

void RunTrash::moveIn(const std::string& run) const {
  const std::string place = placeOf(run);
  std::error_code problem;
  if (!fs::exists(run + "/job.json", problem)) throw data::UsageError(run + " is no run directory");
  const Snapshot snapshot = RunDirectory(run).snapshot(0);
  if (!isFinal(snapshot.state))
    throw data::UsageError(run + " is not deleted: it is " + std::string(nameOf(snapshot.state)) +
                           (snapshot.state == RunState::Unreachable ? " and may still go on" : ""));
  fs::create_directories(folder_ + "/.trash", problem);
  fs::remove_all(place, problem); // an earlier one of that name
  fs::rename(run, place, problem);
  if (problem) throw data::UsageError(run + " can't be deleted: " + problem.message());
}

void RunTrash::moveOut(const std::string& run) const {
  const std::string place = placeOf(run);
  std::error_code problem;
  if (!fs::exists(place, problem)) throw data::UsageError(run + " is not in the trash");
  if (fs::exists(run, problem)) throw data::UsageError(run + " can't be put back: there is another one by now");
  fs::rename(place, run, problem);
  if (problem) throw data::UsageError(run + " can't be put back: " + problem.message());
}

std::vector<std::string> RunTrash::content() const {
  std::vector<std::pair<double, std::string>> found;
  std::error_code problem;
  for (fs::directory_iterator at(folder_ + "/.trash", problem), end; !problem && at != end; at.increment(problem))
    found.emplace_back(modified(at->path().string()), folder_ + "/" + at->path().filename().string());
  std::ranges::sort(found, std::greater<>());
  std::vector<std::string> paths;
  paths.reserve(found.size());
  for (auto& [time, path] : found)
    paths.push_back(std::move(path));
  return paths;
}

std::int64_t RunTrash::bytes() const { return content().empty() ? 0 : diskUse(folder_ + "/.trash"); }

std::int64_t RunTrash::empty(double forSeconds) const {
  std::int64_t freed = 0;
  for (const std::string& run : content()) {
    const std::string place = placeOf(run);
    if (forSeconds > 0 && now() - modified(place) < forSeconds) continue;
    const std::int64_t bytes = diskUse(place);
    std::error_code problem;
    fs::remove_all(place, problem);
    if (!problem) freed += bytes;
  }
  return freed;
}

} // namespace discern::jobs
