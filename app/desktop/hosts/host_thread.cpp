#include "desktop/hosts/host_thread.h"

#include "remote/connection/errors.h"

namespace discern::desktop {

HostProblem problemOf(const std::function<void()>& work) {
  const auto split = [](const char* what) {
    const QString text = QString::fromUtf8(what);
    return HostProblem{text.section(QLatin1Char('\n'), 0, 0), text.section(QLatin1Char('\n'), 1), false};
  };
  try {
    work();
  } catch (const remote::HostError& error) {
    HostProblem problem = split(error.what());
    problem.signIn = error.trouble() == remote::Trouble::SignIn || error.trouble() == remote::Trouble::HostKey;
    return problem;
  } catch (const std::exception& error) {
    return split(error.what());
  }
  return {};
}

} // namespace discern::desktop
