#pragma once
#include "data/error.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace discern::runner {

/// Exit codes, stable and documented (docs/runner.md).
enum ExitCode { Done = 0, AnalysisFailed = 1, WrongUsage = 2, UnreadableInput = 3, WasCancelled = 4 };

/// The words after the command's name, sorted: `--name value`, `--flag`, and the rest.
class Arguments {
public:
  /// `options` take a value and may be given several times; `flags` take none. Throws data::UsageError for any other
  /// word that starts with "--".
  Arguments(const std::vector<std::string>& words, const std::set<std::string>& options,
            const std::set<std::string>& flags);
  [[nodiscard]] bool has(const std::string& name) const;
  /// The last value of an option, or `fallback`.
  [[nodiscard]] std::string value(const std::string& name, const std::string& fallback = {}) const;
  [[nodiscard]] std::vector<std::string> values(const std::string& name) const;
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

private:
  std::map<std::string, std::vector<std::string>> options_;
  std::set<std::string> flags_;
  std::vector<std::string> words_;
};

/// A command of discern-run: what it is called, how it is used, and what it does. An exception thrown by `run` becomes
/// a message on stderr and the exit code: ReadError 3, UsageError 2, anything else 1.
struct Command {
  const char* name;
  const char* usage;   ///< the words after the name
  const char* summary; ///< one sentence
  int (*run)(const std::vector<std::string>& words);
};

// One file each.
int infoCommand(const std::vector<std::string>& words);
int readCommand(const std::vector<std::string>& words);
int convertCommand(const std::vector<std::string>& words);
int axesCommand(const std::vector<std::string>& words);
int listCommand(const std::vector<std::string>& words);
int describeCommand(const std::vector<std::string>& words);
int runCommand(const std::vector<std::string>& words);
int workCommand(const std::vector<std::string>& words);
int superviseCommand(const std::vector<std::string>& words);
int evaluateCommand(const std::vector<std::string>& words);
int jobsCommand(const std::vector<std::string>& words);
int attachCommand(const std::vector<std::string>& words);
int cancelCommand(const std::vector<std::string>& words);
int windUpCommand(const std::vector<std::string>& words);
int serveCommand(const std::vector<std::string>& words);
int renderCommand(const std::vector<std::string>& words);
int newPluginCommand(const std::vector<std::string>& words);
int checkPluginCommand(const std::vector<std::string>& words);
int replayCommand(const std::vector<std::string>& words);
int hostCommand(const std::vector<std::string>& words);
int agentCommand(const std::vector<std::string>& words);
int fetchCommand(const std::vector<std::string>& words);

} // namespace discern::runner
