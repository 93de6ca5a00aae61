#pragma once
#include <stdexcept>
#include <string>

namespace discern::remote {

/// Why a host can't be worked with, and so whether trying again may help.
enum class Trouble {
  Unreachable, ///< no connection, or it was lost: heals by itself
  SignIn,      ///< it asks for a password, passphrase or code: somebody must answer
  HostKey,     ///< its key is unknown, or another than before: somebody must look
  NoRunner,    ///< no discern-run there
  Version,     ///< a discern-run that speaks another version
  Refused,     ///< it is there and says no
};

class HostError : public std::runtime_error {
public:
  HostError(Trouble trouble, const std::string& text, std::string code = {})
      : std::runtime_error(text), trouble_(trouble), code_(std::move(code)) {}
  [[nodiscard]] Trouble trouble() const { return trouble_; }
  /// Of what was refused: "no-space", "no-plugin", "no-scheduler", "no-file", "bad-request", "failed".
  [[nodiscard]] const std::string& code() const { return code_; }

private:
  Trouble trouble_;
  std::string code_;
};

/// Whether a later try may go better by itself.
[[nodiscard]] inline bool healsByItself(Trouble trouble) { return trouble == Trouble::Unreachable; }

} // namespace discern::remote
