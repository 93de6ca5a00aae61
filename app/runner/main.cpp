#include "command.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>

namespace {

using namespace discern::runner;

/// A worker starts in its run's folder: what was relative to ours is made absolute.
void makePluginPathAbsolute() {
  const char* path = std::getenv("DISCERN_PLUGIN_PATH");
  if (!path) return;
  const std::string_view text(path);
  std::string absolute;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find(':', from), text.size());
    std::error_code ignored;
    if (end > from)
      absolute += (absolute.empty() ? "" : ":") +
                  std::filesystem::absolute(text.substr(from, end - from), ignored).lexically_normal().string();
    from = end + 1;
  }
  setenv("DISCERN_PLUGIN_PATH", absolute.c_str(), 1);
}

constexpr std::array commands{
    Command{"info", "FILE... [--json]", "what a file holds, without reading its payload", infoCommand},
    Command{"read", "FILE [--field F] [--time I] [--component C] [--box i0:i1,j0:j1,k0:k1] [--level L] --output X.npy",
            "writes a box of a field as NumPy", readCommand},
    Command{"convert", "FILE[:PART] OUT [--time I]",
            "writes a field, grid or table in the format that the suffix of OUT names", convertCommand},
    Command{"axes", "FILE DATASET ORDER",
            "remembers which axis is which of an array that does not say it: tzyx, czyx, …; \"auto\" forgets it",
            axesCommand},
    Command{"list", "[--json]", "the analyses that are installed", listCommand},
    Command{"describe", "ID [--json|--markdown]", "an analysis: help, inputs, parameters", describeCommand},
    Command{"run",
            "ID --input NAME=FILE[:FIELD] [--preset NAME] --set PARAM=VALUE --output RUNDIR [--threads N] [--seed S] "
            "[--memory 4G] [--detach]\n"
            "      [--on process|mpi:N|HOST [--resource NAME=VALUE] [--send-plugin]]",
            "runs an analysis, here or on a host", runCommand},
    Command{"evaluate",
            "--truth FILE[:FIELD] --prediction FILE[:FIELD] --task segmentation|instances [--output RUNDIR] [--json]",
            "compares a prediction with the truth", evaluateCommand},
    Command{"jobs",
            "[--search TEXT] [--sizes] [--on HOST] [--json] | --clean RUN...|--failed|--older-than 30d|--search TEXT "
            "[--yes]\n"
            "      | --restore [RUN...] | --empty-trash",
            "the runs of this machine, or those on a host; deletes what is no longer needed", jobsCommand},
    Command{"attach", "RUN|HOST:RUN", "follows a run until it ends", attachCommand},
    Command{"cancel", "RUN|HOST:RUN", "asks a run to end", cancelCommand},
    Command{"wind-up", "RUN", "asks a run for a partial result soon", windUpCommand},
    Command{"fetch", "RUN|HOST:RUN", "brings a result here that stayed on its host", fetchCommand},
    Command{"host", "list|test NAME|disconnect NAME", "the machines that work can be sent to", hostCommand},
    Command{"render",
            "FILE|SESSION --output FIGURE.png|svg|pdf [--size WxH|WxHmm] [--dpi N] [--transparent] [--view NAME] "
            "[--theme dark|light] [--animate time|orbit]",
            "draws a file or a session without a screen", renderCommand},
    Command{"replay",
            "SESSION --export FIGURE.png|svg|pdf [--size WxH|WxHmm] [--dpi N] [--transparent] [--theme dark|light]",
            "draws a saved session as the window shows it", replayCommand},
    Command{"new-plugin", "--language c++|python|shell NAME [FOLDER]", "writes a plugin that works, with its test",
            newPluginCommand},
    Command{"check-plugin", "FOLDER [--input NAME=FILE] [--seconds N] [--memory GB] [--json]",
            "tries a plugin on what every plugin must do", checkPluginCommand},
    Command{"serve", "[--pipe]", "the data service, for the window; --pipe: for a window on another machine",
            serveCommand},
    Command{"agent", "", "the far end of a host, for Discern on another machine", agentCommand},
    Command{"supervise", "RUNDIR", "starts the worker of a run and waits for it", superviseCommand},
    Command{"work", "RUNDIR", "the worker of a run", workCommand},
};

int usage(std::FILE* to) {
  std::fputs("discern-run: look hard at what machine learning says about scientific data, without a screen\n\n", to);
  for (const Command& command : commands)
    std::fprintf(to, "  discern-run %s %s\n      %s\n", command.name, command.usage, command.summary);
  std::fputs("\nExit codes: 0 done, 1 the analysis failed, 2 wrong usage or parameter, 3 an input can't be read, 4 "
             "cancelled.\n",
             to);
  return to == stdout ? Done : WrongUsage;
}

} // namespace

int main(int argc, char** argv) {
  // Before any library starts: MPI must not call home, and hwloc must not load OpenCL (it takes away signal handlers).
  setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
  setenv("HWLOC_COMPONENTS", "-opencl", 0);
  setenv("OMP_WAIT_POLICY", "passive", 0); // for the worker: threads that wait leave their core to others
  makePluginPathAbsolute();
  if (argc < 2) return usage(stderr);
  const std::string_view name = argv[1];
  if (name == "--help" || name == "-h" || name == "help") return usage(stdout);
  if (name == "--version") {
    std::puts("discern-run " DISCERN_VERSION);
    return Done;
  }
  for (const Command& command : commands) {
    if (name != command.name) continue;
    const std::vector<std::string> words(argv + 2, argv + argc);
    try {
      if (std::find(words.begin(), words.end(), "--help") != words.end()) {
        std::printf("discern-run %s %s\n    %s\n", command.name, command.usage, command.summary);
        return Done;
      }
      return command.run(words);
    } catch (const discern::data::ReadError& error) {
      std::fprintf(stderr, "discern-run: %s\n", error.what());
      return UnreadableInput;
    } catch (const discern::data::UsageError& error) {
      std::fprintf(stderr, "discern-run %s: %s\nUsage: discern-run %s %s\n", command.name, error.what(), command.name,
                   command.usage);
      return WrongUsage;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "discern-run %s: %s\n", command.name, error.what());
      return AnalysisFailed;
    }
  }
  std::fprintf(stderr, "discern-run: there is no command \"%s\"\n\n", argv[1]);
  return usage(stderr);
}
