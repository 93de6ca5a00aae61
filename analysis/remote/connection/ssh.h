#pragma once
/// The system's own ssh, so that ~/.ssh/config, ProxyJump, agents and one-time codes work as in a terminal.
#include "remote/connection/errors.h"
#include "remote/host_profile.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace discern::remote {

/// Who answers when ssh asks for a passphrase, a code, or about a host key.
enum class Prompts {
  None,     ///< nobody: the connection is refused with Trouble::SignIn or HostKey
  Terminal, ///< ssh itself, at the terminal
  Dialog,   ///< the program in $SSH_ASKPASS, which the window sets to itself
};

/// Connections to one host. They share a control master, which all of this user's Discern processes use and which ends
/// ten minutes after its last use; nothing secret passes through Discern, is stored, or logged.
class Ssh {
public:
  explicit Ssh(HostProfile profile);
  [[nodiscard]] const HostProfile& profile() const { return profile_; }

  /// Makes sure that the master runs. Returns at once when it does. Throws HostError. `stop` ends the wait.
  void connect(Prompts prompts, const std::atomic<bool>* stop = nullptr) const;
  [[nodiscard]] bool connected() const; ///< whether the master runs; does not touch the network
  void disconnect() const;              ///< ends the master and with it every session over it

  /// The words of a process whose stdin and stdout are those of `discern-run WORDS…` there, after the prologue (whose
  /// output goes to stderr). Never asks anything.
  [[nodiscard]] std::vector<std::string> service(const std::vector<std::string>& runnerWords) const;

  /// What ssh's (or the far shell's) end means. `errors`: what it wrote on stderr.
  [[nodiscard]] HostError explain(int exitCode, const std::string& errors) const;

private:
  [[nodiscard]] std::vector<std::string> common() const;

  HostProfile profile_;
  std::string socket_;
};

/// The line for the far login shell that runs `script` with sh, whatever that shell is.
[[nodiscard]] std::string farCommand(const std::string& script, bool loginShell);

} // namespace discern::remote
