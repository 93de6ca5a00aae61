#include "remote/agent/agent.h"

#include "remote/agent/files.h"
#include "remote/agent/runs.h"
#include "remote/connection/errors.h"
#include "remote/connection/frame.h"

#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>
#include <map>
#include <pwd.h>
#include <thread>
#include <unistd.h>

namespace discern::remote {
namespace {

using Json = nlohmann::json;

std::string text(const Json& params, const char* key) {
  if (!params.contains(key) || !params[key].is_string())
    throw HostError(Trouble::Refused, std::string("\"") + key + "\" is missing, or no text", "bad-request");
  return params[key].get<std::string>();
}

class Agent {
public:
  Agent(int out, const AgentOptions& options) : out_(out), options_(options), runs_(options) {
    using files::absolute;
    using files::expanded;
    on("plugins", [this](const Json& params, const std::string&, std::string&) -> Json {
      return {{"plugins", options_.plugins(params.value("folders", std::string()))}};
    });
    on("scheduler", [](const Json&, const std::string&, std::string&) -> Json { return {{"text", slurmGreeting()}}; });
    on("expand", [](const Json& params, const std::string&, std::string&) -> Json {
      return {{"path", expanded(text(params, "path"))}};
    });
    on("stat", [](const Json& params, const std::string&, std::string&) {
      return files::look(absolute(text(params, "path")));
    });
    on("space", [](const Json& params, const std::string&, std::string&) {
      return files::space(absolute(text(params, "path")));
    });
    on("mkdir", [](const Json& params, const std::string&, std::string&) -> Json {
      files::makeFolder(absolute(text(params, "path")));
      return Json::object();
    });
    on("write", [this](const Json& params, const std::string& payload, std::string&) -> Json {
      return {
          {"size", transfers_.write(absolute(text(params, "path")), params.value("offset", std::int64_t(0)), payload)}};
    });
    on("read", [this](const Json& params, const std::string&, std::string& payload) -> Json {
      payload = transfers_.read(absolute(text(params, "path")), params.value("offset", std::int64_t(0)),
                                params.value("length", std::int64_t(0)));
      return Json::object();
    });
    on("hash", [this](const Json& params, const std::string&, std::string&) {
      return transfers_.hash(absolute(text(params, "path")));
    });
    on("publish", [this](const Json& params, const std::string&, std::string&) -> Json {
      return {{"ok", transfers_.publish(absolute(text(params, "part")), absolute(text(params, "path")),
                                        text(params, "sha256"), params.value("mode", 0644))}};
    });
    on("tree", [](const Json& params, const std::string&, std::string&) {
      return files::tree(absolute(text(params, "path")));
    });
    on("run.create", [this](const Json& params, const std::string&, std::string&) { return runs_.create(params); });
    on("run.submit", [this](const Json& params, const std::string&, std::string&) { return runs_.submit(params); });
    on("run.look",
       [this](const Json& params, const std::string&, std::string& payload) { return runs_.look(params, payload); });
    on("run.cancel", [this](const Json& params, const std::string&, std::string&) { return runs_.cancel(params); });
    on("run.windUp", [this](const Json& params, const std::string&, std::string&) { return runs_.windUp(params); });
    on("run.remove", [this](const Json& params, const std::string&, std::string&) { return runs_.remove(params); });
    on("runs", [this](const Json& params, const std::string&, std::string&) { return runs_.list(params); });
  }

  void greet() {
    char host[256] = {};
    gethostname(host, sizeof host - 1);
    const passwd* user = getpwuid(getuid());
    const char* home = std::getenv("HOME");
    say({{"discernAgent", protocolVersion},
         {"version", options_.version},
         {"host", host},
         {"user", user && user->pw_name ? user->pw_name : ""},
         {"home", home ? home : ""},
         {"cores", std::thread::hardware_concurrency()}});
  }

  void answer(const Frame& request) {
    const Json id = request.head.value("id", Json());
    const std::string method = request.head.value("method", std::string());
    std::string payload;
    // In a thread of its own, so that a long one (the hash of a large file, a scheduler that hangs) is heard to be at
    // work.
    auto done = std::async(std::launch::async, [&]() -> Json {
      try {
        const auto found = methods_.find(method);
        if (found == methods_.end())
          throw HostError(Trouble::Refused, "there is no request \"" + method + "\"", "bad-request");
        const Json params = request.head.contains("params") && request.head["params"].is_object()
                                ? request.head["params"]
                                : Json::object();
        return {{"id", id}, {"result", found->second(params, request.payload, payload)}};
      } catch (const HostError& error) {
        return {{"id", id},
                {"error", {{"message", error.what()}, {"code", error.code().empty() ? "failed" : error.code()}}}};
      } catch (const std::exception& error) {
        return {{"id", id}, {"error", {{"message", error.what()}, {"code", "failed"}}}};
      }
    });
    while (done.wait_for(std::chrono::seconds(2)) != std::future_status::ready)
      say({{"id", id}, {"working", true}});
    say(done.get(), payload);
  }

  [[nodiscard]] bool broken() const { return broken_; }

private:
  using Handler = std::function<Json(const Json& params, const std::string& payload, std::string& answer)>;
  void on(const char* method, Handler handler) { methods_[method] = std::move(handler); }

  void say(const Json& head, const std::string& payload = {}) {
    const std::string bytes = encoded(head, payload);
    std::size_t done = 0;
    while (done < bytes.size() && !broken_) {
      const ssize_t count = write(out_, bytes.data() + done, bytes.size() - done);
      if (count > 0)
        done += static_cast<std::size_t>(count);
      else if (errno != EINTR)
        broken_ = true;
    }
  }

  int out_;
  const AgentOptions& options_;
  AgentRuns runs_;
  files::Transfers transfers_;
  std::map<std::string, Handler> methods_;
  bool broken_ = false;
};

} // namespace

int serveAgent(int in, int out, const AgentOptions& options) {
  Agent agent(out, options);
  agent.greet();
  FrameReader reader;
  std::string buffer(1 << 18, '\0');
  while (!agent.broken()) {
    const ssize_t count = read(in, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    reader.add({buffer.data(), static_cast<std::size_t>(count)});
    try {
      while (auto frame = reader.next())
        agent.answer(*frame);
    } catch (const std::exception& error) { // what came is no conversation
      std::fprintf(stderr, "discern-run agent: %s\n", error.what());
      return 1;
    }
  }
  return 0;
}

} // namespace discern::remote
