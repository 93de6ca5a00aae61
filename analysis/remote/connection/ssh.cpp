#include "remote/connection/ssh.h"

#include "jobs/supervisor.h"
#include "remote/connection/child.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace discern::remote {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

/// A folder of this user alone, with a short name: a socket's path must stay under 108 bytes.
std::string socketFolder() {
  const std::string folder = "/tmp/discern-ssh-" + std::to_string(getuid());
  mkdir(folder.c_str(), 0700);
  struct stat info {};
  if (lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != getuid() ||
      (info.st_mode & 077) != 0)
    throw HostError(Trouble::Refused, folder + " must be a folder that only you can enter; remove it and try again");
  return folder;
}

std::uint64_t digest(const std::string& text) { // FNV-1a
  std::uint64_t value = 14695981039346656037ULL;
  for (const unsigned char letter : text)
    value = (value ^ letter) * 1099511628211ULL;
  return value;
}

/// One process at a time starts a master; the others wait and find it there.
class MasterLock {
public:
  MasterLock(const std::string& file, const std::atomic<bool>* stop)
      : descriptor_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    while (descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (stop && *stop) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  ~MasterLock() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  MasterLock(const MasterLock&) = delete;
  MasterLock& operator=(const MasterLock&) = delete;

private:
  int descriptor_;
};

/// The lines of ssh's stderr that say something: no banners' frames, no empty ones; at most the last six.
std::string wordsOf(const std::string& errors) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  while (from < errors.size()) {
    const auto end = std::min(errors.find('\n', from), errors.size());
    std::string line = errors.substr(from, end - from);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
      line.pop_back();
    if (!line.empty() && line.find_first_not_of("@ ") != std::string::npos) lines.push_back(line);
    from = end + 1;
  }
  if (lines.size() > 6) lines.erase(lines.begin(), lines.end() - 6);
  std::string text;
  for (const std::string& line : lines)
    text += (text.empty() ? "" : "\n") + line;
  return text;
}

bool has(const std::string& text, const char* piece) { return text.find(piece) != std::string::npos; }

} // namespace

std::string farCommand(const std::string& script, bool loginShell) {
  return std::string(loginShell ? "exec bash -l -c " : "exec sh -c ") + jobs::shellQuoted(script);
}

Ssh::Ssh(HostProfile profile) : profile_(std::move(profile)) {
  char name[32];
  std::snprintf(name, sizeof name, "/%016llx",
                static_cast<unsigned long long>(
                    digest(profile_.destination + "\n" + std::to_string(profile_.port) + "\n" + profile_.sshConfig)));
  socket_ = socketFolder() + name;
}

std::vector<std::string> Ssh::common() const {
  std::vector<std::string> words{"ssh"};
  if (!profile_.sshConfig.empty()) words.insert(words.end(), {"-F", profile_.sshConfig});
  if (profile_.port != 0) words.insert(words.end(), {"-p", std::to_string(profile_.port)});
  words.insert(words.end(),
               {"-o", "ControlPath=" + socket_, "-o", "ServerAliveInterval=3", "-o", "ServerAliveCountMax=2", "-o",
                "ConnectTimeout=10", "-o", "ForwardX11=no", "-o", "LogLevel=ERROR", "-T"});
  return words;
}

bool Ssh::connected() const {
  if (access(socket_.c_str(), F_OK) != 0) return false;
  auto words = common();
  words.insert(words.end(), {"-O", "check", profile_.destination});
  return outcomeOf(words, 3).code == 0;
}

void Ssh::disconnect() const {
  auto words = common();
  words.insert(words.end(), {"-O", "exit", profile_.destination});
  [[maybe_unused]] const Outcome outcome = outcomeOf(words, 5);
  unlink(socket_.c_str());
}

void Ssh::connect(Prompts prompts, const std::atomic<bool>* stop) const {
  if (connected()) return;
  const MasterLock lock(socket_ + ".lock", stop);
  if (connected()) return;
  unlink(socket_.c_str()); // of a master that was killed, or hangs
  auto words = common();
  words.insert(words.end(), {"-M", "-N", "-o", "ControlMaster=yes", "-o", "ControlPersist=600", "-o",
                             prompts == Prompts::None ? "BatchMode=yes" : "BatchMode=no"});
  std::vector<std::string> environment{"SSH_ASKPASS_REQUIRE=never"};
  if (prompts == Prompts::Dialog) {
    environment[0] = "SSH_ASKPASS_REQUIRE=force";
    if (!std::getenv("DISPLAY")) environment.emplace_back("DISPLAY=:0"); // ssh wants one, though it isn't used
  }
  words.push_back(profile_.destination);
  const double patience = prompts == Prompts::None ? 20 : 300; // somebody may look for a code
  words.insert(words.begin() + 1, "-f");                       // into the background once it is signed in
  const Outcome outcome = outcomeOf(words, patience, {}, environment,
                                    prompts == Prompts::Terminal ? Terminal::Shared : Terminal::Ours, stop);
  if (stop && *stop) throw HostError(Trouble::Unreachable, "stopped");
  if (outcome.code == -1)
    throw HostError(Trouble::Unreachable, profile_.destination + " didn't answer within " +
                                              std::to_string(static_cast<int>(patience)) + " s");
  if (outcome.code != 0) throw explain(outcome.code, outcome.err);
}

std::vector<std::string> Ssh::service(const std::vector<std::string>& runnerWords) const {
  std::string script;
  if (!profile_.prologue.empty()) {
    script = "{\n";
    for (const std::string& line : profile_.prologue)
      script += line + "\n";
    script += "} >&2 || exit 125\n";
  }
  // ~ and $VARIABLES of the far side are meant; all else is quoted
  std::string runner = profile_.runner;
  std::string head;
  if (runner.starts_with("~/")) {
    head = "\"$HOME\"/";
    runner = runner.substr(2);
  } else if (runner.starts_with("$")) {
    const auto end = runner.find('/');
    head = "\"" + runner.substr(0, end) + "\"";
    runner = end == std::string::npos ? "" : runner.substr(end);
  }
  script += "exec " + head + (runner.empty() ? "" : jobs::shellQuoted(runner));
  for (const std::string& word : runnerWords)
    script += " " + jobs::shellQuoted(word);
  auto words = common();
  words.insert(words.end(), {"-o", "ControlMaster=no", "-o", "BatchMode=yes", profile_.destination,
                             farCommand(script, !profile_.prologue.empty())});
  return words;
}

HostError Ssh::explain(int exitCode, const std::string& errors) const {
  const std::string said = wordsOf(errors), host = profile_.name.empty() ? profile_.destination : profile_.name;
  const std::string quoted = said.empty() ? "" : "\n" + said;
  if (has(errors, "REMOTE HOST IDENTIFICATION HAS CHANGED"))
    return {Trouble::HostKey,
            host +
                " shows another key than before. Either it was set up anew, or somebody is in between. "
                "Ask its administrators, then remove the old key with ssh-keygen -R." +
                quoted};
  if (has(errors, "Host key verification failed") || has(errors, "No ED25519 host key is known") ||
      has(errors, "host key is known for"))
    return {Trouble::HostKey, host + "'s key is not known yet: sign in once to confirm it." + quoted};
  if (exitCode == 255 && (has(errors, "Permission denied") || has(errors, "Too many authentication failures") ||
                          has(errors, "No more authentication methods")))
    return {Trouble::SignIn, host + " wants you to sign in." + quoted};
  if (exitCode == 125)
    return {Trouble::NoRunner, "the prologue failed on " + host + ": its last line gave an error." + quoted};
  if (exitCode == 127)
    return {Trouble::NoRunner, "there is no \"" + profile_.runner + "\" on " + host +
                                   ": install Discern there, or give its path as \"runner\" in the host's profile." +
                                   quoted};
  if (exitCode == 126)
    return {Trouble::NoRunner, "\"" + profile_.runner + "\" on " + host +
                                   " can't be started: it is no program, or not allowed to run." + quoted};
  if (exitCode == 2 && has(errors, "there is no command"))
    return {Trouble::Version, "discern-run on " + host +
                                  " is of an older version, which takes no remote work; install this "
                                  "version there." +
                                  quoted};
  if (exitCode >= 0 && exitCode < 125 && !profile_.runner.empty() && !has(errors, "ssh:")) // it was reached
    return {Trouble::NoRunner, "\"" + profile_.runner + "\" on " + host + " ended with code " +
                                   std::to_string(exitCode) + " instead of answering: is it discern-run?" + quoted};
  return {Trouble::Unreachable, host + " can't be reached." + (said.empty() ? " The connection was lost." : quoted)};
}

} // namespace discern::remote
