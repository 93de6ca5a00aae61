#include "conformance/conformance.h"

#include "conformance/sample_inputs.h"
#include "conformance/sample_parameters.h"
#include "conformance/trial.h"
#include "io/open.h"
#include "sdk/parameters.h"
#include "sdk/registry.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <set>
#include <unistd.h>

namespace discern::runner {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr int smallSide = 40, largeSide = 320;
constexpr double graceSeconds = 5;

/// A folder that goes when this does.
class Scratch {
public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "discern-check-XXXXXX").string();
    if (!mkdtemp(name.data()))
      throw std::runtime_error("no folder can be made in " + fs::temp_directory_path().string());
    path_ = name;
  }
  ~Scratch() {
    std::error_code problem;
    fs::remove_all(path_, problem);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string folder(const char* name) const {
    fs::create_directories(fs::path(path_) / name);
    return (fs::path(path_) / name).string();
  }

private:
  std::string path_;
};

std::string seconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", value);
  return text;
}

std::string gigabytes(std::int64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
  return text;
}

/// How a run ended, in words.
std::string told(const Trials::Run& run, const Trials::Limits& limits) {
  if (!run.ended) return "it did not end within " + seconds(limits.seconds) + ", and was killed";
  if (run.end.signal != 0) return "it crashed: " + run.end.message;
  std::string words(jobs::nameOf(run.end.state));
  if (run.end.state == jobs::RunState::Failed && run.end.exitCode >= 0)
    words += " with exit code " + std::to_string(run.end.exitCode);
  return words + (run.end.message.empty() ? "" : ": " + run.end.message);
}

bool ranOutOfMemory(const Trials::Run& run, const Trials::Limits& limits) {
  if (!run.ended || run.end.state != jobs::RunState::Failed) return false;
  const bool held = static_cast<double>(run.end.maxMemoryBytes) > 0.8 * static_cast<double>(limits.memory);
  if (run.end.signal != 0) return held; // killed "by hand, or because memory ran out"
  std::string message = run.end.message;
  std::transform(message.begin(), message.end(), message.begin(), [](unsigned char c) { return std::tolower(c); });
  return message.find("memory") != std::string::npos || message.find("bad_alloc") != std::string::npos || held;
}

class Checker {
public:
  Checker(const std::string& folder, const ConformanceOptions& options, void (*progress)(const Finding&))
      : folder_(fs::absolute(folder).lexically_normal().string()), options_(options), progress_(progress) {
    while (folder_.size() > 1 && folder_.ends_with('/'))
      folder_.pop_back();
  }

  std::vector<Finding> check() {
    if (!manifest()) return findings_;
    trials_.emplace(scratch_.folder("trials"), folder_, Trials::Limits{options_.seconds, options_.memory});
    inputs_ = sampleInputs(manifest_, scratch_.folder("inputs"), options_.inputs, smallSide);
    if (!defaults()) {
      files();
      return findings_;
    }
    outputs();
    repeatable();
    parameters();
    missingValues();
    cancel();
    files();
    return findings_;
  }

private:
  void find(const char* check, bool good, std::string message) {
    findings_.push_back({check, good, std::move(message)});
    if (progress_) progress_(findings_.back());
  }

  bool manifest() {
    const auto entries = sdk::installed({folder_});
    if (entries.empty()) {
      find("manifest", false, folder_ + " holds no manifest.json");
      return false;
    }
    const sdk::Entry& entry = entries.front();
    if (entries.size() > 1) {
      find("manifest", false, folder_ + " holds several plugins; check them one by one");
      return false;
    }
    if (!entry.error.empty()) {
      find("manifest", false, entry.error);
      return false;
    }
    manifest_ = entry.manifest;
    std::string lacks;
    const auto want = [&](bool there, const char* what) {
      if (!there) lacks += (lacks.empty() ? "" : ", ") + std::string(what);
    };
    want(!manifest_.summary.empty(), "summary");
    want(!manifest_.category.empty(), "category");
    want(!manifest_.help.empty(), "help");
    want(!manifest_.outputs.empty(), "outputs");
    find("manifest", lacks.empty(),
         lacks.empty() ? manifest_.id + " " + manifest_.version
                       : "a person who looks for " + manifest_.id + " misses: " + lacks);
    return true;
  }

  [[nodiscard]] json job(const std::map<std::string, std::string>& inputs, json given = json::object()) const {
    json all = json::object();
    for (const auto& [name, path] : inputs)
      all[name] = {{"path", path}, {"field", ""}, {"time", 0}};
    return {
        {"plugin", manifest_.id},
        {"pluginVersion", manifest_.version},
        {"title", manifest_.name},
        {"inputs", all},
        {"threads", 2},
        {"seed", 7},
        {"parameters", sdk::complete(manifest_, withRequired(manifest_, folder_, scratch_.path(), std::move(given)))}};
  }

  bool defaults() {
    first_ = trials_->run(job(inputs_));
    const bool good = first_.end.state == jobs::RunState::Succeeded;
    if (good)
      find("defaults", true, "succeeded in " + seconds(first_.end.wallSeconds));
    else if (ranOutOfMemory(first_, trials_->limits()))
      find("memory", false,
           "with a small input it needs more than " + gigabytes(options_.memory) + " of memory: " + first_.end.message);
    else
      find("defaults", false,
           "expected success with the default parameters on a small input; " + told(first_, trials_->limits()));
    return good;
  }

  void outputs() {
    const auto result = first_.end.result.empty() ? nullptr : io::open(first_.end.result);
    std::string faults;
    const auto fault = [&](const std::string& text) { faults += (faults.empty() ? "" : "; ") + text; };
    std::set<std::string> fields, tables;
    if (result) {
      for (const auto& field : result->info().fields)
        fields.insert(field.name);
      for (const auto& table : result->info().tables)
        tables.insert(table.name);
    }
    for (const sdk::OutputSpec& output : manifest_.outputs) {
      if (output.kind == "summary") {
        if (!first_.end.summary.contains(output.name)) fault("the number \"" + output.name + "\" is missing");
      } else if (output.kind == "table") {
        if (tables.erase(output.name) == 0) {
          fault("the table \"" + output.name + "\" is missing" +
                (fields.contains(output.name) ? ": a field is there instead" : ""));
          continue;
        }
        const data::Table table = result->table(output.name);
        for (const std::string& column : output.columns)
          if (std::find(table.info.columns.begin(), table.info.columns.end(), column) == table.info.columns.end())
            fault("the table \"" + output.name + "\" has no column \"" + column + "\"");
      } else {
        if (fields.erase(output.name) == 0) {
          fault("the field \"" + output.name + "\" is missing" +
                (tables.contains(output.name) ? ": a table is there instead" : ""));
          continue;
        }
        const data::FieldInfo& info = *result->info().field(output.name);
        if (output.kind == "labels" && !info.labels)
          fault("\"" + output.name + "\" should be labels (whole numbers that name things), and is a field of " +
                std::string(data::nameOf(info.type)));
        if (!output.unit.empty() && info.unit != output.unit)
          fault("\"" + output.name + "\" should be in " + output.unit + ", and is in \"" + info.unit + "\"");
      }
    }
    for (const auto* more : {&fields, &tables})
      for (const std::string& name : *more)
        fault("\"" + name + "\" is not in the manifest");
    find("outputs", faults.empty(),
         faults.empty() ? std::to_string(manifest_.outputs.size()) + " outputs as the manifest has them" : faults);
  }

  /// What differs between two results; empty: nothing.
  [[nodiscard]] static std::string difference(const std::string& one, const std::string& two) {
    if (one.empty() || two.empty()) return one == two ? "" : "one of them has no result";
    const auto a = io::open(one), b = io::open(two);
    if (a->info().fields.size() != b->info().fields.size() || a->info().tables.size() != b->info().tables.size())
      return "another number of fields or tables";
    for (const data::FieldInfo& info : a->info().fields) {
      const data::FieldInfo* other = b->info().field(info.name);
      if (!other || other->shape != info.shape || other->type != info.type) return "field \"" + info.name + "\"";
      for (std::int64_t t = 0; t < info.time.size; ++t)
        for (int c = 0; c < info.components; ++c) {
          const data::Slab slab{{{0, 0, 0}, info.shape}, t, c, 0};
          std::vector<std::byte> left(static_cast<std::size_t>(info.voxels()) * sizeOf(info.type)), right(left.size());
          a->field(info.name)->read(slab, left);
          b->field(info.name)->read(slab, right);
          if (left != right) return "values of field \"" + info.name + "\"";
        }
    }
    for (const data::TableInfo& info : a->info().tables) {
      const data::Table left = a->table(info.name), right = b->table(info.name);
      bool same = left.texts == right.texts && left.numbers.size() == right.numbers.size();
      for (std::size_t c = 0; same && c < left.numbers.size(); ++c)
        same =
            std::equal(left.numbers[c].begin(), left.numbers[c].end(), right.numbers[c].begin(), right.numbers[c].end(),
                       [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
      if (!same) return "table \"" + info.name + "\"";
    }
    return {};
  }

  void repeatable() {
    json again = job(inputs_);
    again["threads"] = 1;
    const Trials::Run second = trials_->run(again);
    if (second.end.state != jobs::RunState::Succeeded)
      return find("repeatable", false, "the same run with one thread: " + told(second, trials_->limits()));
    std::string other = difference(first_.end.result, second.end.result);
    if (other.empty() && first_.end.summary != second.end.summary) other = "the summary";
    find("repeatable", other.empty(),
         other.empty()
             ? "the same result for the same seed, with one thread and with two"
             : "expected the same result for the same seed; with one thread instead of two it differs in: " + other);
  }

  /// The ends of every range, and every choice: whatever comes of it, it is told in words.
  void parameters() {
    int tried = 0;
    std::string faults;
    for (const sdk::ParameterSpec& spec : manifest_.parameters) {
      const std::vector<json> values = trialValues(spec);
      for (const json& value : values) {
        if (value == spec.defaultValue) continue;
        ++tried;
        const Trials::Run run = trials_->run(job(inputs_, {{spec.name, value}}));
        const bool told_ = run.ended && run.end.signal == 0 &&
                           (run.end.state == jobs::RunState::Succeeded || !run.end.message.empty());
        if (!told_)
          faults +=
              (faults.empty() ? "" : "; ") + spec.name + " = " + value.dump() + ": " + told(run, trials_->limits());
      }
    }
    find("parameters", faults.empty(),
         faults.empty() ? std::to_string(tried) + " ends of ranges and choices, each with a result or a reason"
                        : faults);
  }

  void missingValues() {
    if (!options_.inputs.empty() || manifest_.inputs.empty()) return;
    const Trials::Run run = trials_->run(job(emptyInputs(manifest_, scratch_.folder("empty"))));
    const bool good =
        run.ended && run.end.signal == 0 && (run.end.state == jobs::RunState::Succeeded || !run.end.message.empty());
    find("missing values", good,
         good ? "an input without any value: " + told(run, trials_->limits())
              : "an input without any value should give a result or a reason; " + told(run, trials_->limits()));
  }

  void cancel() {
    std::map<std::string, std::string> inputs = inputs_;
    const double usual = first_.end.wallSeconds;
    if (options_.inputs.empty() && usual < 3) // more to do, so that there is something to cancel
      inputs = sampleInputs(manifest_, scratch_.folder("large"), {}, largeSide);
    const Trials::Run run = trials_->run(job(inputs), {.cancelAfter = 3});
    if (run.cancelTook < 0 && run.ended)
      return find("cancel", true, "it ended before it could be cancelled: nothing is known");
    if (run.end.state == jobs::RunState::Succeeded)
      return find("cancel", true, "it ended by itself " + seconds(run.cancelTook) + " after it was asked to stop");
    const bool killed = !run.ended || run.end.signal != 0 || run.cancelTook > graceSeconds;
    const bool good = run.end.state == jobs::RunState::Cancelled && !killed;
    find("cancel", good,
         good ? "stopped " + seconds(run.cancelTook) + " after it was asked to"
              : "expected it to stop by itself within " + seconds(graceSeconds) +
                    " of being asked to (look at cancelled at least every tenth of a second); " +
                    (killed ? "it went on, and was killed" : told(run, trials_->limits())));
  }

  void files() {
    const auto stray = trials_->strayFiles();
    std::string names;
    constexpr std::size_t most = 5;
    for (std::size_t i = 0; i < std::min(stray.size(), most); ++i)
      names += (i > 0 ? ", " : "") + stray[i];
    find("files", stray.empty(),
         stray.empty() ? "nothing was written outside of the run directory"
                       : "expected it to write in the run directory alone; it also made or changed " + names +
                             (stray.size() > most ? ", …" : ""));
  }

  std::string folder_;
  const ConformanceOptions& options_;
  void (*progress_)(const Finding&);
  Scratch scratch_;
  std::vector<Finding> findings_;
  sdk::Manifest manifest_;
  std::optional<Trials> trials_;
  std::map<std::string, std::string> inputs_;
  Trials::Run first_;
};

} // namespace

std::vector<Finding> checkPlugin(const std::string& folder, const ConformanceOptions& options,
                                 void (*progress)(const Finding&)) {
  return Checker(folder, options, progress).check();
}

} // namespace discern::runner
