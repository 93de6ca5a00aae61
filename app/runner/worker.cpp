#include "worker.h"

#include "command.h"
#include "data/memory_estimate.h"
#include "form/value.h"
#include "io/open.h"
#include "io/write.h"
#include "jobs/content_hash.h"
#include "jobs/report/exit_report.h"
#include "jobs/run_files.h"
#include "sdk/parameters.h"
#include "sdk/plugin_library.h"
#include "sdk/program/program_analysis.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <future>
#include <mutex>
#include <new>
#include <sched.h>
#include <set>
#include <sys/resource.h>
#include <unistd.h>

namespace discern::runner {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

std::string isoTime(double seconds) {
  const auto whole = static_cast<std::time_t>(seconds);
  std::tm utc{};
  gmtime_r(&whole, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

int availableThreads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

/// A name that is a file name.
std::string fileName(const std::string& name) {
  std::string result;
  for (const char letter : name)
    result += std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_' ? letter : '_';
  return result.empty() ? "field" : result;
}

/// A file that somebody makes to ask for something. It is looked for ten times a second at most.
class AskingFile {
public:
  explicit AskingFile(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] bool isThere() const {
    if (seen_) return true;
    const std::int64_t time =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
    std::int64_t last = lookedAt_;
    if (time - last < 100 || !lookedAt_.compare_exchange_strong(last, time)) return false;
    if (access(path_.c_str(), F_OK) == 0) seen_ = true;
    return seen_;
  }

private:
  std::string path_;
  mutable std::atomic<bool> seen_{false};
  mutable std::atomic<std::int64_t> lookedAt_{0};
};

class RunContext final : public sdk::Context {
public:
  RunContext(jobs::RunWriter& writer, const std::string& run, const Ranks& ranks, const Interruption& asked,
             int threads, std::uint64_t seed)
      : writer_(writer), ranks_(ranks), asked_(asked), cancelFile_(run + "/cancel"), windUpFile_(run + "/wind-up"),
        threads_(threads), seed_(seed) {}

  void phase(const std::string& name) override {
    const std::scoped_lock lock(mutex_);
    if (name == phase_) return;
    phase_ = name;
    writer_.event("phase", name);
  }
  /// At most twenty a second are written; the last word is always the end.
  void progress(double fraction) override {
    const std::scoped_lock lock(mutex_);
    const double clamped = std::clamp(fraction, 0.0, 1.0);
    const auto time = Clock::now();
    if (clamped < 1 && time - progressAt_ < std::chrono::milliseconds(50)) return;
    if (clamped == progress_) return;
    progress_ = clamped;
    progressAt_ = time;
    writer_.event("progress", clamped);
  }
  void log(const std::string& line) override { writer_.event("log", line); }
  /// The signal comes from the supervisor. Were it killed, or is it on another host, the file still tells.
  [[nodiscard]] bool cancelled() const override { return asked_.cancel || cancelFile_.isThere(); }
  [[nodiscard]] bool windUp() override {
    if (!asked_.windUp && !windUpFile_.isThere()) return false;
    if (!woundUp_.exchange(true)) writer_.event("woundUp", true);
    return true;
  }
  void partial(const data::FieldInfo& info, std::span<const std::byte> bytes) override {
    if (ranks_.rank() > 0) return;
    const std::scoped_lock lock(partialMutex_);
    io::ResultFile file;
    file.addField(info, {bytes.begin(), bytes.end()});
    const std::string relative = "partial/" + fileName(info.name) + ".h5";
    file.commit(writer_.path() + "/" + relative);
    writer_.event("partial", relative);
  }
  [[nodiscard]] int threads() const override { return threads_; }
  [[nodiscard]] std::uint64_t seed() const override { return seed_; }
  [[nodiscard]] int rank() const override { return ranks_.rank(); }
  [[nodiscard]] int size() const override { return ranks_.size(); }
  [[nodiscard]] const void* communicator() const override { return ranks_.communicator(); }
  [[nodiscard]] bool woundUp() const { return woundUp_; }

private:
  jobs::RunWriter& writer_;
  const Ranks& ranks_;
  const Interruption& asked_;
  AskingFile cancelFile_, windUpFile_;
  int threads_;
  std::uint64_t seed_;
  std::mutex mutex_, partialMutex_;
  std::string phase_;
  double progress_ = -1;
  Clock::time_point progressAt_{};
  std::atomic<bool> woundUp_{false};
};

class RunOutputs final : public sdk::Outputs {
public:
  RunOutputs(jobs::RunWriter& writer, std::string source) : writer_(writer), source_(std::move(source)) {}
  void addField(const data::FieldInfo& info, std::vector<std::byte> bytes) override {
    data::FieldInfo own = info;
    own.source = source_;
    file_.addField(own, std::move(bytes));
  }
  void addTable(const data::Table& table) override { file_.addTable(table); }
  void addSummary(const std::string& name, const Json& value) override {
    summary_[name] = value;
    writer_.event("summary", {{"name", name}, {"value", value}});
  }
  void commit(const std::string& path, Json provenance) {
    provenance["summary"] = summary_;
    file_.setProvenance(provenance);
    file_.commit(path);
  }

private:
  jobs::RunWriter& writer_;
  std::string source_;
  io::ResultFile file_;
  Json summary_ = Json::object();
};

/// The content hashes of the inputs, computed beside the analysis.
class Hashes {
public:
  explicit Hashes(const std::set<std::string>& paths) {
    for (const std::string& path : paths)
      if (fs::is_regular_file(path))
        hashes_[path] = std::async(std::launch::async, [this, path] { return jobs::sha256OfFile(path, &stop_); });
  }
  ~Hashes() { stop_ = true; } // the futures wait for their threads
  Hashes(const Hashes&) = delete;
  Hashes& operator=(const Hashes&) = delete;
  /// Empty for what isn't a file.
  [[nodiscard]] std::string of(const std::string& path) {
    const auto found = hashes_.find(path);
    if (found == hashes_.end()) return {};
    if (!known_.contains(path)) known_[path] = found->second.get();
    return known_[path];
  }

private:
  std::atomic<bool> stop_{false};
  std::map<std::string, std::future<std::string>> hashes_;
  std::map<std::string, std::string> known_;
};

struct OpenedInputs {
  sdk::Inputs inputs;
  Json provenance = Json::object(); ///< name → path, field, time, component
  std::set<std::string> paths;
  Json parameters; ///< complete, with what depends on the inputs filled in
};

/// The inputs, and the fields that parameters choose, which are inputs under the parameter's name.
OpenedInputs openInputs(const sdk::Manifest& manifest, const Json& given, const Json& parameters) {
  OpenedInputs opened;
  std::map<std::string, std::shared_ptr<data::Dataset>> datasets;
  for (const auto& [name, input] : given.items()) {
    if (!manifest.input(name)) {
      std::string known;
      for (const sdk::InputSpec& spec : manifest.inputs)
        known += (known.empty() ? "" : ", ") + spec.name;
      throw data::UsageError(manifest.id + " has no input \"" + name + "\"; it has " +
                             (known.empty() ? "none" : known));
    }
    const std::string path = input.value("path", "");
    if (path.empty()) throw data::UsageError("input \"" + name + "\" names no file");
    auto& dataset = datasets[path];
    if (!dataset) dataset = io::open(path);
    const std::shared_ptr<const data::FieldSource> field = dataset->field(input.value("field", ""));
    const auto time = input.value("time", std::int64_t{0});
    const auto component = input.value("component", 0);
    opened.inputs.add(name, field, time, component);
    opened.paths.insert(path);
    opened.provenance[name] = {{"path", path}, {"field", field->info().name}, {"time", time}, {"component", component}};
  }
  checkInputs(manifest, opened.inputs);
  opened.parameters = checkParameters(manifest, opened.inputs, parameters);
  std::map<std::string, std::string> files;
  for (const auto& [name, input] : opened.provenance.items())
    files[name] = input["path"].get<std::string>();
  for (const auto& [name, address] : chosenFields(manifest, opened.parameters, files)) {
    const sdk::ParameterSpec& spec = *manifest.parameter(name);
    auto& dataset = datasets[address.path];
    if (!dataset) dataset = io::open(address.path);
    const std::shared_ptr<const data::FieldSource> field = dataset->field(address.field);
    const data::FieldInfo& info = field->info();
    if (!spec.kind.empty() && info.labels != (spec.kind == "labels"))
      throw data::UsageError("parameter \"" + name + "\" must be " + form::expectation(spec) + ", and \"" + info.name +
                             (info.labels ? "\" holds labels" : "\" holds values that are no labels"));
    const auto time =
        spec.input.empty() ? std::int64_t{0} : std::min(opened.inputs.time(spec.input), info.time.size - 1);
    opened.inputs.add(name, field, time);
    opened.paths.insert(address.path);
    opened.provenance[name] = {{"path", address.path}, {"field", info.name}, {"time", time}, {"component", 0}};
  }
  return opened;
}

/// The ranges of time that are in times.
std::set<std::string> physicalTimes(const sdk::Manifest& manifest) {
  std::set<std::string> names;
  for (const sdk::ParameterSpec& spec : manifest.parameters)
    if (spec.physical) names.insert(spec.name);
  return names;
}

class Worker {
public:
  Worker(std::string path, const Ranks& ranks, const Interruption& asked)
      : path_(std::move(path)), ranks_(ranks), asked_(asked), writer_(ranks.folder()) {}

  int run() {
    const auto start = Clock::now();
    const pid_t parent = getppid();
    const int code = guarded();
    if (ranks_.rank() == 0 && (getppid() != parent || supervisorIsGone()))
      reportAsOrphan(code, std::chrono::duration<double>(Clock::now() - start).count());
    if (signal_ != 0) endBySignal();
    return code;
  }

private:
  int guarded() {
    try {
      analyse();
      return Done;
    } catch (const sdk::Cancelled&) {
      return WasCancelled;
    } catch (const sdk::ProgramFailed& error) {
      signal_ = error.signal;
      return signal_ != 0 ? AnalysisFailed : failed(error.what(), error.code);
    } catch (const data::ReadError& error) {
      return failed(error.what(), UnreadableInput);
    } catch (const data::UsageError& error) {
      return failed(error.what(), WrongUsage);
    } catch (const std::bad_alloc&) {
      writer_.event("outOfMemory", memoryEstimate_);
      return failed("There is not enough memory for this analysis of this input" +
                        (memoryEstimate_ > 0 ? ": about " + data::memoryText(memoryEstimate_) + " are expected."
                                             : std::string(".")),
                    AnalysisFailed);
    } catch (const std::exception& error) {
      return failed(error.what(), AnalysisFailed);
    } catch (...) {
      return failed("The analysis threw something that is no std::exception.", AnalysisFailed);
    }
  }

  int failed(const std::string& message, int code) {
    if (asked_.cancel) return WasCancelled; // what comes apart while a run is being cancelled is no failure
    error_ = message;
    writer_.event("error", message);
    std::fprintf(stderr, "%s\n", message.c_str());
    return code;
  }

  void analyse() {
    const double started = jobs::now();
    const auto clock = Clock::now();
    const Json job = jobs::readJson(path_ + "/job.json");
    if (!job.is_object()) throw data::UsageError(path_ + " is not a run directory: it has no readable job.json");
    fs::current_path(ranks_.folder());
    writer_.event("state", "running");
    if (!ranks_.problem().empty()) throw data::UsageError(ranks_.problem());
    const std::int64_t limit = jobs::memoryLimitOf(job);
    limitMemory(limit);
    const sdk::Entry plugin = sdk::find(job.value("plugin", ""));
    const sdk::Manifest& manifest = plugin.manifest;
    const Json given = complete(manifest, job.value("parameters", Json::object()));
    const int threads =
        job.value("threads", 0) > 0 ? job.value("threads", 0) : std::max(1, availableThreads() / ranks_.size());
    const auto seed = job.value("seed", std::uint64_t{0});
    const OpenedInputs opened = openInputs(manifest, job.value("inputs", Json::object()), given);
    const Json& parameters = opened.parameters;
    RunContext context(writer_, path_, ranks_, asked_, threads, seed);
    expectMemory(manifest, opened.inputs, limit, context);
    RunOutputs outputs(writer_, manifest.id + " " + manifest.version);
    Hashes hashes(ranks_.rank() == 0 ? opened.paths : std::set<std::string>{});
    const std::unique_ptr<sdk::Analysis> analysis = load(plugin);
    context.checkCancelled();
    analysis->run(opened.inputs, sdk::Parameters(parameters, physicalTimes(manifest)), outputs, context);
    context.checkCancelled();
    if (ranks_.rank() > 0) return; // rank 0 writes
    context.phase("Writing the result");
    Json inputs = opened.provenance;
    for (auto& [name, input] : inputs.items()) {
      const std::string hash = hashes.of(input["path"].get<std::string>());
      const std::string promised = job["inputs"].contains(name) ? job["inputs"][name].value("sha256", "") : "";
      if (!promised.empty() && !hash.empty() && promised != hash)
        throw data::ReadError(input["path"].get<std::string>(),
                              "the file has changed since the run was asked for (its SHA-256 is " + hash +
                                  ", expected was " + promised + ")");
      input["sha256"] = hash;
    }
    char host[256] = {};
    gethostname(host, sizeof host - 1);
    outputs.commit(path_ + "/result.h5",
                   {{"plugin", manifest.id},
                    {"pluginVersion", manifest.version},
                    {"pluginName", manifest.name},
                    {"program", "discern-run " DISCERN_VERSION},
                    {"run", job.value("uuid", "")},
                    {"title", job.value("title", "")},
                    {"parameters", parameters},
                    {"inputs", inputs},
                    {"threads", threads},
                    {"seed", seed},
                    {"host", host},
                    {"started", isoTime(started)},
                    {"ended", isoTime(jobs::now())},
                    {"ranks", ranks_.size()},
                    {"woundUp", context.woundUp()},
                    {"maxMemoryBytes", largestMemory()},
                    {"wallSeconds", std::chrono::duration<double>(Clock::now() - clock).count()}});
    context.progress(1);
  }

  /// Of this process and of the programs it has run, whichever was larger, in bytes.
  static std::int64_t largestMemory() {
    rusage own{}, programs{};
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &programs);
    return static_cast<std::int64_t>(std::max(own.ru_maxrss, programs.ru_maxrss)) * 1024;
  }

  /// So that asking for more fails here, and can be told, before the supervisor must end the run. Private writable
  /// memory is what is limited (RLIMIT_DATA), not the address space, of which libraries and mapped files take much.
  static void limitMemory(std::int64_t bytes) {
    if (bytes <= 0) return;
    const rlimit limit{static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
    setrlimit(RLIMIT_DATA, &limit);
  }

  /// What the manifest lets expect for this input; said when it is more than the limit.
  void expectMemory(const sdk::Manifest& manifest, const sdk::Inputs& inputs, std::int64_t limit, sdk::Context& ctx) {
    if (manifest.inputs.empty() || !inputs.has(manifest.inputs.front().name)) return;
    const data::FieldInfo& info = inputs.field(manifest.inputs.front().name).info();
    memoryEstimate_ = manifest.resources.memoryBytesPerVoxel * static_cast<double>(info.voxels());
    if (limit > 0 && memoryEstimate_ > static_cast<double>(limit))
      ctx.log("About " + data::memoryText(memoryEstimate_) +
              " of memory are expected for this input, more than the limit of " +
              data::memoryText(static_cast<double>(limit)));
  }

  /// Of a worker whose parent is a launcher, not the supervisor.
  [[nodiscard]] bool supervisorIsGone() const {
    if (ranks_.size() < 2) return false;
    const Json state = jobs::readJson(path_ + "/state.json");
    if (!state.is_object() || !state.contains("supervisor")) return false;
    const auto supervisor = state["supervisor"].get<jobs::ProcessIdentity>();
    return supervisor.onThisHost() && !supervisor.alive();
  }

  /// A program that crashed is reported like a library that did: this process ends by the same signal.
  void endBySignal() const {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none); // the program has left its own
    std::signal(signal_, SIG_DFL);
    raise(signal_);
  }

  /// The supervisor was killed: its last duty falls to us.
  void reportAsOrphan(int code, double seconds) {
    jobs::ExitFile exit;
    exit.code = code;
    exit.signal = signal_;
    exit.state = code == Done           ? jobs::RunState::Succeeded
                 : code == WasCancelled ? jobs::RunState::Cancelled
                                        : jobs::RunState::Failed;
    exit.message = code == WasCancelled ? "Cancelled."
                   : signal_ != 0       ? "The analysis crashed with signal " + std::to_string(signal_) + "."
                                        : error_;
    exit.started = jobs::now() - seconds;
    exit.wallSeconds = seconds;
    for (const jobs::Event& event : jobs::RunDirectory(path_).events())
      if (event.kind == "summary") exit.summary[event.value.value("name", "")] = event.value.value("value", Json());
    writer_.event("state", nameOf(exit.state));
    writer_.exit(exit);
  }

  std::string path_;
  const Ranks& ranks_;
  const Interruption& asked_;
  jobs::RunWriter writer_;
  std::string error_;
  double memoryEstimate_ = 0; ///< bytes; 0: not known
  int signal_ = 0;            ///< that ended the program of a plugin
};

} // namespace

int work(const std::string& path, const Ranks& ranks, const Interruption& asked) {
  return Worker(path, ranks, asked).run();
}

} // namespace discern::runner
