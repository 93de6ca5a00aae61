#pragma once
#include "remote/connection/child.h"
#include "remote/connection/errors.h"
#include "remote/connection/frame.h"
#include "remote/connection/ssh.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace discern::remote {

/// A conversation with `discern-run agent` on a host: requests may overlap, answers come in the order of the requests.
/// One thread uses it. When the host is silent for `patience` seconds with a request open, the link counts as lost.
class Link {
public:
  /// Starts the agent over `ssh`'s master (which must be connected, or be one that asks nothing) and waits for its
  /// greeting. Throws HostError.
  explicit Link(const Ssh& ssh, const std::atomic<bool>* stop = nullptr);
  /// The same with a command of any kind in place of ssh.
  Link(const Ssh& ssh, const std::vector<std::string>& words, const std::atomic<bool>* stop = nullptr);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  [[nodiscard]] const nlohmann::json& greeting() const { return greeting_; } ///< version, host, user, home, scratch
  [[nodiscard]] const std::string& host() const { return ssh_.profile().name; }

  /// Sends a request and waits for its answer. Throws HostError: Refused with what the far side says, or that the link
  /// is lost.
  nlohmann::json ask(const std::string& method, const nlohmann::json& params = nlohmann::json::object());
  Frame askFrame(const std::string& method, const nlohmann::json& params, std::string_view payload = {});

  /// For requests that overlap: `send` as many as are wanted, then `receive` each.
  std::int64_t send(const std::string& method, const nlohmann::json& params, std::string_view payload = {});
  Frame receive(std::int64_t id);

  double patience = 12; ///< seconds of silence

private:
  void greet();
  void pump(int milliseconds);
  [[noreturn]] void lost(const std::string& why);

  const Ssh ssh_;
  std::unique_ptr<Child> child_;
  const std::atomic<bool>* stop_;
  FrameReader reader_;
  std::string outgoing_, errors_;
  std::size_t sent_ = 0; ///< of outgoing_
  std::map<std::int64_t, Frame> arrived_;
  std::int64_t last_ = 0;
  nlohmann::json greeting_;
  double heardAt_ = 0;
  bool greeted_ = false;
};

} // namespace discern::remote
