#include "sdk/program/program_analysis.h"

#include "sdk/program/collect.h"
#include "sdk/program/handover.h"
#include "sdk/program/interpreter.h"
#include "sdk/program/program_process.h"
#include "sdk/program/rank_folders.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace discern::sdk {
namespace {

using Json = nlohmann::json;

/// Takes the voxels away, whatever happens.
struct CleanUp {
  std::string run;
  explicit CleanUp(std::string folder) : run(std::move(folder)) {}
  ~CleanUp() { removeHandedOver(run); }
  CleanUp(const CleanUp&) = delete;
  CleanUp& operator=(const CleanUp&) = delete;
};

/// What a program prints: "@progress 0.5" and the like, and lines for the log.
class Voice {
public:
  Voice(Outputs& out, Context& ctx) : out_(out), ctx_(ctx) {}

  void hear(const std::string& line) {
    std::printf("%s\n", line.c_str()); // stdout.log has every word
    std::fflush(stdout);
    const std::size_t end = line.find(' ');
    const std::string word = line.substr(0, end), rest = end == std::string::npos ? "" : line.substr(end + 1);
    if (word == "@progress") {
      ctx_.progress(std::strtod(rest.c_str(), nullptr));
    } else if (word == "@phase") {
      ctx_.phase(rest);
    } else if (word == "@summary") {
      const std::size_t gap = rest.find(' ');
      const std::string value = gap == std::string::npos ? "" : rest.substr(gap + 1);
      const Json number = Json::parse(value, nullptr, false);
      out_.addSummary(rest.substr(0, gap), number.is_discarded() ? Json(value) : number);
      ++summaries;
    } else if (word == "@error") {
      error = rest;
    } else if (word == "@wound-up") {
      (void)ctx_.windUp(); // it has seen the file, and so does the run
    } else if (!line.empty()) {
      ctx_.log(line);
    }
  }

  std::string error;
  int summaries = 0;

private:
  Outputs& out_;
  Context& ctx_;
};

/// The value of the last event of a kind that the program itself wrote into events.jsonl; null: none.
Json ownEvent(const std::string& folder, const std::string& kind) {
  std::ifstream file(folder + "/events.jsonl");
  Json value;
  for (std::string line; std::getline(file, line);) {
    if (line.find('"' + kind + '"') == std::string::npos) continue;
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_object() && json.value("kind", Json()) == kind && json.contains("value")) value = json["value"];
  }
  return value;
}

class ProgramAnalysis final : public Analysis {
public:
  explicit ProgramAnalysis(Entry plugin) : plugin_(std::move(plugin)) {}

  void run(const Inputs& in, const Parameters& p, Outputs& out, Context& ctx) override {
    const RankFolders folders(std::filesystem::current_path().string(), ctx);
    const ProgramCommand command = commandOf(plugin_);
    if (!command.note.empty()) ctx.log(command.note);
    const CleanUp cleanUp(folders.own);
    ctx.phase("Reading the inputs");
    if (ctx.rank() == 0)
      handOver(folders.own, plugin_, in, p, ctx);
    else
      folders.share(ctx);
    Voice voice(out, ctx);
    ProgramStart start;
    start.words = command.words;
    start.words.push_back(folders.own);
    start.environment = environment(folders, ctx);
    start.line = [&voice](const std::string& line) { voice.hear(line); };
    start.cancelled = [&ctx] { return ctx.cancelled(); };
    start.graceSeconds =
        7; // the supervisor is the first to kill, after 5 s, and says so; this is for a worker that has lost it
    ctx.phase("Running");
    const ProgramEnd end = runProgram(start);
    try {
      if (end.code != 0 || end.signal != 0) fail(end, voice.error, folders.own, ctx);
    } catch (const ProgramFailed& failure) {
      folders.ended(failure.what(), failure.code);
      throw;
    }
    folders.ended({}, 0);
    ctx.checkCancelled();
    if (!ownEvent(folders.own, "woundUp").is_null()) (void)ctx.windUp();
    if (ctx.rank() == 0) {
      folders.awaitOthers(ctx); // they read the inputs, which are removed when this returns
      if (collectOutputs(folders.own, plugin_.manifest, in, out) + voice.summaries == 0)
        throw std::runtime_error("The program " + plugin_.manifest.program +
                                 " ended without writing a result: outputs/ is empty.");
    }
    std::error_code ignored;
    std::filesystem::remove_all(folders.own + "/outputs", ignored); // all of it is in the result now
  }

private:
  [[nodiscard]] std::vector<std::string> environment(const RankFolders& folders, const Context& ctx) const {
    const std::string threads = std::to_string(ctx.threads());
    const char* path = std::getenv("PYTHONPATH");
    const std::string module = pythonModuleFolder();
    return {"DISCERN_RUN=" + folders.own,
            "DISCERN_CANCEL=" + folders.run + "/cancel",
            "DISCERN_WIND_UP=" + folders.run + "/wind-up",
            "DISCERN_RANK=" + std::to_string(ctx.rank()),
            "DISCERN_RANKS=" + std::to_string(ctx.size()),
            "DISCERN_PLUGIN=" + plugin_.folder,
            "DISCERN_THREADS=" + threads,
            "DISCERN_SEED=" + std::to_string(ctx.seed()),
            "OMP_NUM_THREADS=" + threads,
            "OPENBLAS_NUM_THREADS=" + threads,
            "PYTHONPATH=" + module + (path && *path ? ":" + std::string(path) : ""),
            "PYTHONDONTWRITEBYTECODE=1",
            "PYTHONUNBUFFERED=1",
            "PYTHONHASHSEED=0"};
  }

  [[noreturn]] void fail(const ProgramEnd& end, std::string told, const std::string& folder, const Context& ctx) const {
    if (const Json event = told.empty() ? ownEvent(folder, "error") : Json(); event.is_string())
      told = event.get<std::string>();
    if (end.code == 4 || ctx.cancelled()) throw Cancelled{};
    const int code = end.code == 2 || end.code == 3 ? end.code : 1;
    const std::string message = !told.empty() ? told
                                              : "The program " + plugin_.manifest.program + " ended with code " +
                                                    std::to_string(end.code) + ".";
    throw ProgramFailed(message, code, end.signal);
  }

  Entry plugin_;
};

} // namespace

std::unique_ptr<Analysis> programAnalysis(const Entry& plugin) { return std::make_unique<ProgramAnalysis>(plugin); }

} // namespace discern::sdk
