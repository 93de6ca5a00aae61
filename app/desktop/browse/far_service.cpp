#include "desktop/browse/far_service.h"

#include "data/error.h"
#include "remote/connection/ssh.h"

#include <algorithm>
#include <cstdlib>

namespace discern::desktop {

namespace {

/// One line, for a message.
std::string oneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

} // namespace

channel::ServiceCommand serviceOn(const std::string& host, bool asked) {
  try {
    const remote::Ssh ssh(remote::findProfile(host, true));
    ssh.connect(asked && std::getenv("SSH_ASKPASS") ? remote::Prompts::Dialog : remote::Prompts::None);
    return {ssh.service({"serve", "--pipe"}), {}, [ssh](int exitCode, const std::string& said) {
              const remote::HostError error = ssh.explain(exitCode, said);
              return channel::ServiceEnd{oneLine(error.what()), remote::healsByItself(error.trouble())};
            }};
  } catch (const remote::HostError& error) {
    if (remote::healsByItself(error.trouble())) throw std::runtime_error(oneLine(error.what()));
    throw channel::ConnectionRefused(oneLine(error.what()));
  } catch (const data::UsageError& error) {
    throw channel::ConnectionRefused(error.what());
  }
}

} // namespace discern::desktop
