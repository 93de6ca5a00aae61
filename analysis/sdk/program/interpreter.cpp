#include "sdk/program/interpreter.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace discern::sdk {
namespace fs = std::filesystem;
namespace {

constexpr const char* systemPython = "/usr/bin/python3";

/// Exit code 0: has both; 3: lacks one.
constexpr const char* probe = "import importlib.util as u, sys; "
                              "sys.exit(0 if u.find_spec('numpy') and u.find_spec('h5py') else 3)";

bool executable(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && access(file.c_str(), X_OK) == 0;
}

/// The program of that name on PATH; empty: there is none.
std::string onPath(const std::string& name) {
  if (name.find('/') != std::string::npos) return executable(name) ? name : std::string();
  const char* path = std::getenv("PATH");
  const std::string folders = path && *path ? path : "/usr/local/bin:/usr/bin:/bin";
  for (std::size_t from = 0; from <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', from), folders.size());
    const fs::path file = fs::path(folders.substr(from, end - from)) / name;
    if (executable(file)) return file.string();
    from = end + 1;
  }
  return {};
}

bool hasModules(const std::string& python) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int descriptor : {0, 1, 2})
    posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0);
  std::string words[] = {python, "-c", probe};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t pid = 0;
  const int problem = posix_spawn(&pid, python.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return false;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// A Python with numpy and h5py.
std::string pythonFor(const std::string& name, std::string& note) {
  std::vector<std::string> candidates;
  if (const char* own = std::getenv("DISCERN_PYTHON"); own && *own)
    candidates = {own};
  else
    candidates = {onPath(name), systemPython};
  std::string lacking;
  for (const std::string& python : candidates) {
    if (python.empty()) continue;
    if (executable(python) && hasModules(python)) {
      if (!lacking.empty()) note = lacking + "; " + python + " is used instead";
      return python;
    }
    if (lacking.find(python) == std::string::npos)
      lacking += (lacking.empty() ? "" : ", and so does ") + python +
                 (executable(python) ? " lacks numpy or h5py" : " can't be started");
  }
  throw std::runtime_error("no Python with numpy and h5py was found: " + (lacking.empty() ? name : lacking) +
                           ". Install Debian's packages (apt install python3-h5py), or name a Python that has them in "
                           "the environment variable DISCERN_PYTHON.");
}

} // namespace

std::string pythonModuleFolder() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const char* place : {"../python", "../share/discern/python"}) {
    const fs::path folder = (program / place).lexically_normal();
    if (fs::exists(folder / "discern/__init__.py", ignored)) return folder.string();
  }
  return {};
}

ProgramCommand commandOf(const Entry& plugin) {
  const std::string program = plugin.folder + "/" + plugin.manifest.program;
  ProgramCommand command;
  if (plugin.manifest.interpreter.empty()) {
    if (!executable(program))
      throw std::runtime_error(program +
                               " can't be started: it is not executable. Make it so (chmod +x), or name what "
                               "runs it in the manifest: \"entry\": {\"program\": \"" +
                               plugin.manifest.program + "\", \"interpreter\": [\"sh\"]}");
    command.words = {program};
    return command;
  }
  command.words = plugin.manifest.interpreter;
  std::string& interpreter = command.words.front();
  if (interpreter == "python3" || interpreter == "python") {
    interpreter = pythonFor(interpreter, command.note);
  } else {
    const std::string found = onPath(interpreter);
    if (found.empty())
      throw std::runtime_error("the interpreter \"" + interpreter + "\" of " + plugin.manifest.id +
                               " is not installed: it is not on PATH");
    interpreter = found;
  }
  command.words.push_back(program);
  return command;
}

} // namespace discern::sdk
