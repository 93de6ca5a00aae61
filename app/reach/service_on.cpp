#include "reach/service_on.h"

#include "data/error.h"

#include <algorithm>

namespace discern::reach {

namespace {

/// One line, for a message.
std::string oneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

bool unknownName(const std::string& said) { return said.find("Could not resolve hostname") != std::string::npos; }

} // namespace

channel::ServiceCommand serviceOn(const std::string& host, remote::Prompts prompts) {
  try {
    const remote::Ssh ssh(remote::findProfile(host, true));
    ssh.connect(prompts);
    return {ssh.service({"serve", "--pipe"}), {}, [ssh](int exitCode, const std::string& said) {
              const remote::HostError error = ssh.explain(exitCode, said);
              return channel::ServiceEnd{oneLine(error.what()), remote::healsByItself(error.trouble()),
                                         !unknownName(error.what())};
            }};
  } catch (const remote::HostError& error) {
    if (unknownName(error.what())) throw channel::HostUnknown(oneLine(error.what()));
    if (remote::healsByItself(error.trouble())) throw std::runtime_error(oneLine(error.what()));
    throw channel::ConnectionRefused(oneLine(error.what()));
  } catch (const data::UsageError& error) {
    throw channel::ConnectionRefused(error.what());
  }
}

} // namespace discern::reach
